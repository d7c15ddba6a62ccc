import type { Deployment } from "@pulumi/pulumi/automation/index.js";
import { readConfigurationFiles } from "../../config/read/readFiles.ts";
import { formatProblem } from "../../config/problem.ts";
import { projectRoot } from "../../config/root.ts";
import type { Engine } from "../../engine/engine.ts";
import { exportState } from "../../fleets/data/stackState.ts";
import { heldData } from "../../plan/data/heldData.ts";
import { planMove, type Move, type MoveRequest } from "../../plan/data/move.ts";
import { engineProvider } from "../../plan/data/volumeNames.ts";
import { enginesIn } from "../state/engines.ts";
import { resourcesOf } from "../state/resource.ts";

/** A move, and the engine that has the data (undefined: this machine's); or the volume that is there already, and on which engine. */
export type Looked = { move: Move; from: Engine | undefined } | { there: string; to: Engine | undefined };

/** How a stack's accessory gets where its configuration wants it. @throws Error that says why it cannot be moved. */
export async function lookAtMove(stack: string, request: MoveRequest): Promise<Looked> {
  const configuration = readConfigurationFiles(projectRoot, stack);
  const state = await exportState(stack);
  const planned = planMove(heldData(state), configuration, request);
  if ("problem" in planned) throw new Error(formatProblem(planned.problem));
  if ("there" in planned) return { there: planned.there.volume, to: planned.to };
  const { move } = planned;
  if (move.data.provider === "") return { move, from: undefined };
  const engines = enginesIn(resourcesOf(state as Deployment));
  const from = engines.find((engine) => engineProvider(engine) === move.data.provider);
  if (from) return { move, from };
  throw new Error(
    `${move.data.name}: expected the engine ${move.data.provider} in the state, got none; run npm run refresh`,
  );
}
