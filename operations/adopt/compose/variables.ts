import { parseEnv } from "node:util";
import { markOf } from "../services/marks.ts";
import type { ForeignVariable } from "../services/ForeignService.ts";
import { isSecretName } from "../services/secretWords.ts";
import type { SayLine } from "../services/told.ts";
import { interpolated, type MachineVariables } from "./interpolate.ts";
import type { ComposeServiceText } from "./schema.ts";

/** What is read beside a Compose file. */
export interface Beside {
  variables: MachineVariables;
  /** The text of a file, by its path as the Compose file names it; undefined where there is none. */
  read: (file: string) => string | undefined;
}

/** The environment of a service: that of its files, in order, then its own. */
export function variablesOf(
  path: string,
  { environment, env_file: files }: ComposeServiceText,
  { variables, read }: Beside,
  say: SayLine,
): ForeignVariable[] {
  const all = new Map<string, ForeignVariable>();
  for (const [index, { path: file, required }] of (files ?? []).entries()) {
    const at = `${path}.env_file[${index}]`;
    const text = read(file);
    if (text === undefined && required)
      say("left", at, `${file} is not there; put it beside the Compose file, and adopt again`);
    for (const [name, value] of Object.entries(parseEnv(text ?? "")))
      all.set(name, {
        name,
        value: filled(`${at}: ${name}`, value ?? "", variables),
        path: `${at}: ${name}`,
      });
  }
  for (const [name, value] of environment ?? []) {
    const own = variables[name];
    const passed = own === undefined ? markOf.unset(name) : isSecretName(name) ? markOf.secret(name) : own;
    all.set(name, { name, value: value ?? passed, path: `${path}.environment.${name}` });
  }
  return [...all.values()];
}

function filled(path: string, value: string, variables: MachineVariables): string {
  try {
    return value.includes("${") ? interpolated(value, variables) : value;
  } catch (error) {
    throw new Error(`${path}: ${(error as Error).message}`, { cause: error });
  }
}
