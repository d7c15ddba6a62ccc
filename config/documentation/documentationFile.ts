import { readFileSync } from "node:fs";
import * as path from "node:path";
import { documentationText } from "./documentationText.ts";
import { projectRoot } from "../root.ts";

/** Where the page on the configuration is kept. */
export const documentationPath = path.join(projectRoot, "docs/configuration.md");

/** The page on the configuration as it should be now. */
export function currentDocumentation(): string {
  const names = ["Pulumi.yaml", "Pulumi.dev.yaml"];
  return documentationText(Object.fromEntries(names.map((name) => [name, example(name)])));
}

/** A file of the project; each clone has a salt of its own, which is no example. */
function example(name: string): string {
  const text = readFileSync(path.join(projectRoot, name), "utf8");
  return text.replace(/^encryptionsalt: .*\n/m, "");
}
