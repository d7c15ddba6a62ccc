import * as pulumi from "@pulumi/pulumi";
import { projectRoot } from "../root.ts";
import { projectSurroundings } from "../references/surroundings.ts";
import type { Configuration } from "../schema.ts";
import { validate } from "./validate.ts";

/** What a stack is to run, and the secrets that its boxes are given. */
export interface StackConfiguration extends Configuration {
  secrets: pulumi.Output<Record<string, string>>;
}

/**
 * Reads and checks the configuration of the current stack; the only place that reads Pulumi's.
 * @throws ConfigurationError with every problem at once.
 */
export function readConfiguration(): StackConfiguration {
  const { secrets = {}, ...input } = configuredValues();
  const given = secrets as Record<string, string>;
  const configuration = validate(input, projectSurroundings(projectRoot, Object.keys(given), given));
  return { ...configuration, secrets: pulumi.secret(given) };
}

/** All values of the project, known keys or not, so that a misspelt one is refused. */
function configuredValues(): Record<string, unknown> {
  const prefix = `${pulumi.getProject()}:`;
  const own = Object.entries(pulumi.runtime.allConfig()).filter(([key]) => key.startsWith(prefix));
  return Object.fromEntries(own.map(([key, text]) => [key.slice(prefix.length), parsed(text)]));
}

/** Maps and lists come as JSON, other values as they stand. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
