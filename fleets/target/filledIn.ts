import * as pulumi from "@pulumi/pulumi";
import { secretNames, withSecrets } from "../../config/secretValues.ts";

/** The values of a stack's secrets, by name. */
export interface Secrets {
  /** Those that somebody set, which go first. */
  set: pulumi.Output<Record<string, string>>;
  /** Those that an update makes: known before it only as long as they stay. */
  generated: Readonly<Record<string, pulumi.Output<string>>>;
}

/** A text with secrets filled in: a secret as a whole, known as soon as those that it names. */
export function filledText(text: string, { set, generated }: Secrets): pulumi.Output<string> {
  const named = secretNames(text).filter((name) => Object.hasOwn(generated, name));
  const made = Object.fromEntries(named.map((name) => [name, generated[name] ?? ""]));
  return pulumi.all([set, pulumi.all(made)]).apply(([given, own]) => withSecrets(text, { ...own, ...given }));
}

/** Values of variables with secrets filled in. */
export function filledIn(
  values: Readonly<Record<string, string>>,
  secrets: Secrets,
): Record<string, pulumi.Output<string>> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      value.includes("${secret:") ? filledText(value, secrets) : pulumi.output(value),
    ]),
  );
}
