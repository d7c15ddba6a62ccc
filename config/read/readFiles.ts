import { existsSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { ConfigurationError } from "../problem.ts";
import { projectSurroundings } from "../references/surroundings.ts";
import { configurationSchema, type Configuration } from "../schema.ts";
import { located } from "./located.ts";
import { parsedYaml } from "./parsedYaml.ts";
import { withBuilders } from "./resolved.ts";
import { ownKey } from "./stackKeys.ts";
import { validate } from "./validate.ts";

interface ProjectFile {
  name: string;
  config?: Record<string, { value?: unknown }>;
}

/**
 * The configuration of a stack as the project's files say it, checked as a whole: for commands that need no state and no
 * engine. Secrets stay as they are, encrypted.
 * @throws ConfigurationError with every problem at once.
 */
export function readConfigurationFiles(root: string, stack: string): Configuration {
  const { input, secrets } = writtenConfiguration(root, stack);
  try {
    return validate(input, projectSurroundings(root, secrets));
  } catch (error) {
    throw error instanceof ConfigurationError ? inFiles(root, stack, error) : error;
  }
}

/**
 * The layers as the project's file has them for all stacks, each part of the right form; what one names may not be there.
 * @throws Error of zod's where one has another form.
 */
export function projectLayers(root: string): Configuration["layers"] {
  const { input } = writtenIn(fileText(root, "Pulumi.yaml"), "");
  return withBuilders(configurationSchema.shape.layers.parse(input["layers"] ?? {}));
}

/** The same error; its problems say in which of a stack's files they are, and where. */
export function inFiles(root: string, stack: string, { problems }: ConfigurationError): ConfigurationError {
  const written = (name: string) => {
    const file = path.join(root, name);
    return { name, text: existsSync(file) ? readFileSync(file, "utf8") : "" };
  };
  return new ConfigurationError(located(problems, written("Pulumi.yaml"), written(`Pulumi.${stack}.yaml`)));
}

/** What the project's files say of a stack, unchecked, and the names of the secrets that are set there. @throws ConfigurationError without such files. */
export function writtenConfiguration(
  root: string,
  stack: string,
): { input: Record<string, unknown>; secrets: string[] } {
  const own = `Pulumi.${stack}.yaml`;
  return writtenIn(fileText(root, "Pulumi.yaml"), fileText(root, own), own);
}

/** The same of the texts of both files. @param name of the stack's. @throws ConfigurationError where one is no YAML. */
export function writtenIn(
  topology: string,
  own: string,
  name = "Pulumi.STACK.yaml",
): { input: Record<string, unknown>; secrets: string[] } {
  const project = parsedYaml(topology, "Pulumi.yaml") as ProjectFile;
  const stack = parsedYaml(own, name) as { config?: Record<string, unknown> } | null;
  const ofProject = (all: Record<string, unknown>) =>
    Object.entries(all).flatMap(([written, value]) => {
      const key = ownKey(project.name, written);
      return key === undefined ? [] : [[key, value] as const];
    });
  const shared = ofProject(project.config ?? {}).map(
    ([key, part]) => [key, (part as { value?: unknown }).value] as const,
  );
  const particular = ofProject(stack?.config ?? {});
  const { secrets = {}, ...input } = Object.fromEntries([...shared, ...particular]) as Record<
    string,
    unknown
  >;
  return { input, secrets: Object.keys(secrets as object) };
}

/** The configuration; undefined where it is wrong or not there, which an update says, all of it. */
export function configurationIn(root: string, stack: string): Configuration | undefined {
  try {
    return readConfigurationFiles(root, stack);
  } catch (error) {
    if (error instanceof ConfigurationError) return undefined;
    throw error;
  }
}

/** The text of a file of the project. @throws ConfigurationError where there is none. */
export function fileText(root: string, file: string): string {
  const full = path.join(root, file);
  if (existsSync(full)) return readFileSync(full, "utf8");
  throw new ConfigurationError([
    { path: file, expected: "a file of the project", got: "no such file", fix: "name a stack that has one" },
  ]);
}
