import { ConfigurationError } from "../problem.ts";
import { referenceProblems, type Surroundings } from "./references.ts";
import { configurationSchema, type Configuration } from "../schema.ts";
import { shapeProblems } from "../shape.ts";
import { resolved } from "./resolved.ts";

/**
 * The configuration with its defaults, checked as a whole.
 * @throws ConfigurationError with every problem at once: first those of shape, and only when there are none, those
 * between the parts (a reference cannot be judged before both of its ends are known).
 */
export function validate(input: unknown, surroundings: Surroundings): Configuration {
  const parsed = configurationSchema.safeParse(input);
  if (!parsed.success)
    throw new ConfigurationError(shapeProblems(parsed.error.issues, input, configurationSchema));
  const configuration = resolved(parsed.data);
  const problems = referenceProblems(parsed.data, configuration, surroundings);
  if (problems.length > 0) throw new ConfigurationError(problems);
  return configuration;
}
