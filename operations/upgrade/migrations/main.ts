import { globSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { projectRoot } from "../../../config/root.ts";
import { gitNow } from "../../../work/git.ts";
import { writeWhole } from "../../../work/wholeFile.ts";
import { migratedFiles } from "./migrate.ts";

// Changes the configuration of the project that it is in for this version, and prints what it changed, as JSON: main.ts BASE. The version
// that a project leaves runs this of the one that it takes.
const [base = ""] = process.argv.slice(2);
const names = globSync(["Pulumi.yaml", "Pulumi.*.yaml"], { cwd: projectRoot }).sort();
const files = Object.fromEntries(
  names.map((name) => [name, readFileSync(path.join(projectRoot, name), "utf8")]),
);
const { texts, told } = migratedFiles(files, (file) => {
  try {
    return gitNow(projectRoot, ["cat-file", "blob", `${base}:${file}`], { whole: true });
  } catch {
    return undefined; // It has no such file.
  }
});
for (const [name, text] of Object.entries(texts)) writeWhole(path.join(projectRoot, name), text);
process.stdout.write(JSON.stringify({ files: Object.keys(texts), told }));
