import { existsSync } from "node:fs";
import * as path from "node:path";

/** How Ansible goes through the tasks: by the strategy of this name, or by its own (`undefined`). */
export type Strategy = "mitogen_linear" | undefined;

/**
 * The strategies by which a layer's roles are applied, in the order in which they are tried. Mitogen runs all modules in one
 * interpreter in the box and so takes a fraction of the time; what cannot run that way is applied by Ansible's own strategy in
 * another box (docs/decisions/0005-mitogen-in-builds.md). A strategy that the user chose by ANSIBLE_STRATEGY is the only one.
 */
export function ansibleStrategies(environment: NodeJS.ProcessEnv = process.env): Strategy[] {
  const { ANSIBLE_STRATEGY, ANSIBLE_STRATEGY_PLUGINS = "" } = environment;
  const folders = ANSIBLE_STRATEGY === undefined ? ANSIBLE_STRATEGY_PLUGINS.split(":") : [];
  const hasMitogen = folders.some(
    (folder) => folder !== "" && existsSync(path.join(folder, "mitogen_linear.py")),
  );
  return hasMitogen ? ["mitogen_linear", undefined] : [undefined];
}

/** Ansible's settings for a strategy; Mitogen's is the one of ours, which keeps from build to build what it makes of sources. */
export function strategySettings(
  root: string,
  strategy: Exclude<Strategy, undefined>,
  { ANSIBLE_STRATEGY_PLUGINS = "" }: NodeJS.ProcessEnv = process.env,
): Record<string, string> {
  const folders = [path.join(root, "images/layer/strategy"), ANSIBLE_STRATEGY_PLUGINS];
  return { ANSIBLE_STRATEGY: strategy, ANSIBLE_STRATEGY_PLUGINS: folders.join(":") };
}
