import { existsSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { isMap, parseDocument } from "yaml";
import { writeWhole } from "../../work/wholeFile.ts";
import { engineYaml } from "../../work/yamlText.ts";

const environmentKey = "immutable-fleets:environment";

/** The stack's file, in the project. */
export function stackFile(stack: string): string {
  return `Pulumi.${stack}.yaml`;
}

/** The release that a stack's file names; undefined when it names none. */
export function selectionOf(root: string, stack: string): string | undefined {
  const file = path.join(root, stackFile(stack));
  if (!existsSync(file)) return undefined;
  const value = parseDocument(readFileSync(file, "utf8")).getIn(["config", environmentKey, "release"]);
  return typeof value === "string" || typeof value === "number" ? String(value) : undefined;
}

/**
 * Makes a stack's file name a release, or (undefined) none; the rest of the file, comments too, stays as it is.
 * @throws Error when the stack has no file with an environment.
 */
export function writeSelection(root: string, stack: string, release: string | undefined): void {
  const file = path.join(root, stackFile(stack));
  const document = parseDocument(existsSync(file) ? readFileSync(file, "utf8") : "");
  if (!isMap(document.getIn(["config", environmentKey])))
    throw new Error(
      `${stackFile(stack)}: expected config.${environmentKey}, got none; say there what runs in ${stack}`,
    );
  const place = ["config", environmentKey, "release"];
  if (release === undefined) document.deleteIn(place);
  else document.setIn(place, release);
  writeWhole(file, engineYaml(document.toString({ lineWidth: 0, flowCollectionPadding: false })));
}
