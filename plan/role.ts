import { existsSync, readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { parse } from "yaml";

/** The folder of the roles, in the project. */
export const rolesFolder = "playbooks/roles";

/** The given roles and every role that they depend on or include by name, each once, in a stable order. */
export function rolesRead(root: string, roles: readonly string[]): string[] {
  const found = new Set<string>();
  const visit = (role: string) => {
    if (found.has(role)) return;
    found.add(role);
    for (const next of rolesNamedBy(root, role)) {
      if (existsSync(path.join(root, rolesFolder, next))) visit(next);
    }
  };
  roles.forEach(visit);
  return [...found].sort();
}

function rolesNamedBy(root: string, role: string): string[] {
  const folder = path.join(root, rolesFolder, role);
  return ["meta", "tasks", "handlers"].flatMap((part) =>
    yamlFiles(path.join(folder, part)).flatMap((file) => namedIn(parseYaml(file))),
  );
}

function parseYaml(file: string): unknown {
  try {
    return parse(readFileSync(file, "utf8"));
  } catch (error) {
    const [reason] = String(error instanceof Error ? error.message : error).split("\n");
    throw new Error(`${file}: expected YAML, got a fault: ${reason}; correct the file`, { cause: error });
  }
}

function yamlFiles(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.ya?ml$/.test(entry.name))
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort();
}

const including = /^(ansible\.builtin\.)?(include|import)_role$/;

/** Names in `dependencies:` and in include_role or import_role, anywhere in a parsed file. */
function namedIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(namedIn);
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, part]: [string, unknown]) => {
    if (key === "dependencies" && Array.isArray(part)) return part.flatMap(dependencyName);
    if (including.test(key)) return dependencyName(part);
    return namedIn(part);
  });
}

function dependencyName(value: unknown): string[] {
  if (typeof value === "string") return [value];
  const { role, name } = (value ?? {}) as { role?: unknown; name?: unknown };
  return [role, name].filter((part) => typeof part === "string");
}
