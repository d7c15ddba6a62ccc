import { existsSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { isMap, isScalar, parseDocument, type Document } from "yaml";
import { nameOfProject, writtenKey } from "../../config/read/stackKeys.ts";
import { writeWhole } from "../../work/wholeFile.ts";
import { engineYaml } from "../../work/yamlText.ts";

/** The stack's file, in the project. */
export function stackFile(stack: string): string {
  return `Pulumi.${stack}.yaml`;
}

/** The release that a stack's file names; undefined when it names none. */
export function selectionOf(root: string, stack: string): string | undefined {
  const file = path.join(root, stackFile(stack));
  if (!existsSync(file)) return undefined;
  const document = parseDocument(readFileSync(file, "utf8"));
  const value = document.getIn(["config", environmentKey(root, document), "release"]);
  return typeof value === "string" || typeof value === "number" ? String(value) : undefined;
}

/**
 * Makes a stack's file name a release, or (undefined) none; the rest of the file, comments too, stays as it is.
 * @throws Error when the stack has no file with an environment.
 */
export function writeSelection(root: string, stack: string, release: string | undefined): void {
  const file = path.join(root, stackFile(stack));
  const document = parseDocument(existsSync(file) ? readFileSync(file, "utf8") : "");
  const key = environmentKey(root, document);
  if (!isMap(document.getIn(["config", key])))
    throw new Error(`${stackFile(stack)}: expected config.${key}, got none; say there what runs in ${stack}`);
  const place = ["config", key, "release"];
  if (release === undefined) document.deleteIn(place);
  else document.setIn(place, release);
  writeWhole(file, engineYaml(document.toString({ lineWidth: 0, flowCollectionPadding: false })));
}

function environmentKey(root: string, document: Document): string {
  const config = document.get("config");
  const keys = isMap(config) ? config.items.map(({ key }) => String(isScalar(key) ? key.value : key)) : [];
  return writtenKey(nameOfProject(root), "environment", keys);
}
