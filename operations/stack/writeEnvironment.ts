import { existsSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { isMap, isScalar, parseDocument, type Document } from "yaml";
import { nameOfProject, writtenKey } from "../../config/read/stackKeys.ts";
import { writeWhole } from "../../work/wholeFile.ts";
import { documentText } from "../../work/yamlText.ts";

/** The stack's file, in the project. */
export function stackFile(stack: string): string {
  return `Pulumi.${stack}.yaml`;
}

/** What a stack's file says at a place of its environment; undefined when nothing, or there is no such file. */
export function writtenInEnvironment(root: string, stack: string, place: readonly string[]): unknown {
  const file = path.join(root, stackFile(stack));
  if (!existsSync(file)) return undefined;
  const document = parseDocument(readFileSync(file, "utf8"));
  return document.getIn(["config", environmentKey(nameOfProject(root), document), ...place]);
}

/**
 * Makes a stack's file say something at a place of its environment, or (undefined) nothing; the rest of the file, comments too, stays as
 * it is.
 * @throws Error when the stack has no file with an environment.
 */
export function writeEnvironment(
  root: string,
  stack: string,
  place: readonly string[],
  value: string | undefined,
): void {
  const file = path.join(root, stackFile(stack));
  const document = parseDocument(existsSync(file) ? readFileSync(file, "utf8") : "");
  const key = environmentKey(nameOfProject(root), document);
  if (!isMap(document.getIn(["config", key])))
    throw new Error(`${stackFile(stack)}: expected config.${key}, got none; say there what runs in ${stack}`);
  if (value === undefined) document.deleteIn(["config", key, ...place]);
  else document.setIn(["config", key, ...place], value);
  writeWhole(file, documentText(document));
}

/** The key by which a stack's file has its environment. @param project the project's name. */
export function environmentKey(project: string, document: Document): string {
  const config = document.get("config");
  const keys = isMap(config) ? config.items.map(({ key }) => String(isScalar(key) ? key.value : key)) : [];
  return writtenKey(project, "environment", keys);
}
