import * as pulumi from "@pulumi/pulumi";
import { withSecrets } from "../../config/secretValues.ts";
import type { ConfiguredValues } from "../../plan/glue/configuredEnvironment.ts";

/** The values of a stack's secrets, by name. */
export type Secrets = pulumi.Output<Record<string, string>>;

/** The configured environment with secrets filled in; a secret as a whole where it has any. */
export function filledIn(values: ConfiguredValues, secrets: Secrets): pulumi.Output<Record<string, string>> {
  const filled = Object.entries(values).map(
    ([name, value]) =>
      [
        name,
        String(value).includes("${secret:")
          ? secrets.apply((known) => withSecrets(String(value), known))
          : pulumi.output(String(value)),
      ] as const,
  );
  return pulumi.all(Object.fromEntries(filled));
}
