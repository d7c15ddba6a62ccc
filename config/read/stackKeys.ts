import { existsSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { isMap, parseDocument } from "yaml";

/** The name of a project, as its Pulumi.yaml says it; empty where there is none, or one that is no YAML, which is told where it is read. */
export function nameOfProject(root: string): string {
  const file = path.join(root, "Pulumi.yaml");
  if (!existsSync(file)) return "";
  const { contents } = parseDocument(readFileSync(file, "utf8"));
  const name = isMap(contents) ? contents.get("name") : undefined;
  return typeof name === "string" ? name : "";
}

/**
 * A key of the project, as a stack's file has it: `environment`, or with the project's name before it, as Pulumi writes it; the second
 * where it has none of them. Pulumi takes both.
 * @param written the keys that the file has below `config`.
 */
export function writtenKey(project: string, key: string, written: readonly string[]): string {
  const full = `${project}:${key}`;
  return written.includes(key) && !written.includes(full) ? key : full;
}

/** The key of the project that one of a stack's file is; undefined of those of others, such as `aws:region`. */
export function ownKey(project: string, written: string): string | undefined {
  if (!written.includes(":")) return written;
  return written.startsWith(`${project}:`) ? written.slice(project.length + 1) : undefined;
}
