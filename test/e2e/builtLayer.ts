import { execa } from "execa";
import { projectRoot } from "../../config/root.ts";
import type { LayerRecipe } from "../../config/schema.ts";
import type { BuildResult } from "../../plan/buildRequest.ts";
import { sourceDateEpochSeconds } from "../../plan/epoch.ts";
import { readInputs } from "../../plan/inputs.ts";

/** Where and how a layer is built. */
export interface LayerPlace {
  layer: string;
  /** The image that it stands on. */
  parent?: string;
  registry?: { prefix: string; push: boolean };
  /** The one by which Ansible applies roles. Default: the build chooses. */
  strategy?: string;
  /** How long its box may do nothing. Default: as the build says. */
  idleSeconds?: number;
}

/** Builds one layer by the command that an update runs. */
export async function builtLayer(
  recipe: LayerRecipe,
  { layer, parent, registry, strategy, idleSeconds }: LayerPlace,
): Promise<{ result: BuildResult; progress: string }> {
  const inputs = readInputs(projectRoot, layer, recipe, { test: "1" });
  const input = JSON.stringify({
    id: layer,
    inputs,
    epochSeconds: sourceDateEpochSeconds,
    ...(registry && { registry }),
  });
  const env = {
    ...(parent !== undefined && { PARENT_IMAGE: parent }),
    ...(strategy !== undefined && { ANSIBLE_STRATEGY: strategy }),
    ...(idleSeconds !== undefined && { FLEET_BUILD_IDLE_SECONDS: String(idleSeconds) }),
  };
  const { stdout, stderr } = await execa("node", ["images/layer/main.ts"], { cwd: projectRoot, input, env });
  return { result: JSON.parse(stdout) as BuildResult, progress: stderr };
}
