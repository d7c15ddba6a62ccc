import * as pulumi from "@pulumi/pulumi";
import { withSecrets } from "../../config/secretValues.ts";

/** The values of a stack's secrets, by name. */
export type Secrets = pulumi.Output<Record<string, string>>;

/** Values of variables with secrets filled in; a secret as a whole where it has any. */
export function filledIn(
  values: Readonly<Record<string, string>>,
  secrets: Secrets,
): Record<string, pulumi.Output<string>> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      value.includes("${secret:")
        ? secrets.apply((known) => withSecrets(value, known))
        : pulumi.output(value),
    ]),
  );
}
