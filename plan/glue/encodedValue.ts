import { encodedPrefix } from "../../config/encodedPrefix.ts";

/**
 * What does not reach a box by AWS as it is. Elastic Beanstalk writes a line for each variable and takes some characters for its own;
 * the parameter store refuses `{{`, which names another parameter.
 */
const beanstalk = /[^ -~]|["'\\`]|^\s|\s$|\{\{/;
const parameters = /\{\{/;

/** A value as it is brought to a box: in base64 where it would not come through by Elastic Beanstalk, or by the parameter store alone. */
export function encodedValue(value: string, by: "beanstalk" | "parameters"): string {
  if (!(by === "beanstalk" ? beanstalk : parameters).test(value)) return value;
  return `${encodedPrefix}${Buffer.from(value).toString("base64")}`;
}

/** Values by name, as they are brought to a box. */
export function encodedValues(
  values: Readonly<Record<string, string>>,
  by: "beanstalk" | "parameters",
): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, encodedValue(value, by)]));
}
