import * as pulumi from "@pulumi/pulumi";
import { ConfigurationError } from "../../config/problem.ts";
import { encodedValues } from "../../plan/glue/encodedValue.ts";
import { filledIn, type Secrets } from "./filledIn.ts";
import { parameterProblems } from "../aws/limits.ts";

/** The values of a fleet's secret variables for the parameter store, some in base64 (encodedValue). @throws RunError, once they are known, for those that it does not take. */
export function parameterValues(
  fleet: string,
  values: Readonly<Record<string, string>>,
  secrets: Secrets,
  by: "beanstalk" | "parameters" = "parameters",
): Record<string, pulumi.Output<string>> {
  const checked = pulumi.all(filledIn(values, secrets)).apply((known) => {
    const stored = encodedValues(known, by);
    const problems = parameterProblems(fleet, stored);
    if (problems.length > 0) throw new pulumi.RunError(new ConfigurationError(problems).message);
    return stored;
  });
  return Object.fromEntries(
    Object.keys(values).map((name) => [name, checked.apply((known) => known[name] ?? "")]),
  );
}
