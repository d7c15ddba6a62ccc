import { globSync, readFileSync } from "node:fs";
import * as path from "node:path";

/** What the places of a template stand for: `name` for `__NAME__`. */
export interface TemplateValues {
  name: string;
  /** The name as a variable of Ansible has it. */
  module: string;
  /** As a variable of an environment has it. */
  variable: string;
  port: number;
  /** Number of the user that runs it. */
  uid: number;
  command: string;
}

const folder = path.join(import.meta.dirname, "templates");

/** The files of a folder of templates, by their paths in the project. */
export function templateFiles(template: string, values: TemplateValues): Record<string, string> {
  const root = path.join(folder, template);
  const files = globSync("**/*", { cwd: root, withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(
    files.map(({ parentPath, name }) => {
      const file = path.join(parentPath, name);
      return [fill(path.relative(root, file), values), fill(readFileSync(file, "utf8"), values)] as const;
    }),
  );
}

function fill(text: string, values: TemplateValues): string {
  const all = Object.entries(values).map(
    ([key, value]) => [`__${key.toUpperCase()}__`, String(value)] as const,
  );
  return all.reduce((filled, [place, value]) => filled.replaceAll(place, value), text);
}
