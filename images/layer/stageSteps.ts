import { chmodSync, cpSync, mkdirSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { stepFiles, type LayerInputs } from "../../plan/inputs.ts";

/**
 * Lays out what the steps of a layer read, by the paths in the project, and the request that images/packer/layer/provision.py
 * reads. Only files that count for the input digest are there.
 */
export function stageSteps({ steps, files, variables }: LayerInputs, root: string, folder: string): void {
  if (!steps) return;
  mkdirSync(folder, { recursive: true });
  for (const file of Object.keys(files)) {
    const copy = path.join(folder, file);
    mkdirSync(path.dirname(copy), { recursive: true });
    cpSync(path.join(root, file), copy, { verbatimSymlinks: true });
  }
  if (steps.provisioner === "shell")
    for (const script of stepFiles(steps)) chmodSync(path.join(folder, script), 0o755);
  const texts = Object.entries(variables).map(([name, value]) => [
    name,
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
  const request = {
    provisioner: steps.provisioner,
    run: steps.run,
    library: steps.library ?? null,
    variables: steps.provisioner === "chef" ? variables : (Object.fromEntries(texts) as unknown),
  };
  writeFileSync(path.join(folder, ".request.json"), JSON.stringify(request));
}
