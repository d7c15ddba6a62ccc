import { projectRoot } from "../../config/root.ts";
import { exportState } from "../../fleets/data/stackState.ts";
import { heldData } from "../../plan/data/heldData.ts";
import type { Move } from "../../plan/data/move.ts";
import { messageOf } from "../../work/message.ts";
import { changeState } from "../state/change.ts";
import { handedOver } from "./handOver.ts";

/** It is not known which volume the state names: nothing may be written to either. */
export class HandOverUnknown extends Error {}

/**
 * Has the state of a stack name an accessory's new volume. A write that was interrupted, but done, is done.
 * @throws HandOverUnknown where that cannot be told; else Error with why it is as it was.
 */
export async function handVolumeOver(stack: string, move: Move): Promise<void> {
  try {
    await changeState({ stack, folder: projectRoot }, (deployment) => handedOver(deployment, move));
  } catch (error) {
    if (!(await isHandedOver(stack, move, error))) throw error;
  }
}

async function isHandedOver(stack: string, { accessory, volume }: Move, cause: unknown): Promise<boolean> {
  const state = await exportState(stack).catch((error: unknown) => {
    throw new HandOverUnknown(
      `${accessory}: expected that the state takes ${volume}, got: ${messageOf(cause)}; and it cannot be told whether it did: ${messageOf(error)}; its box stays stopped: run it again`,
      { cause: error },
    );
  });
  return heldData(state).some((each) => each.volume === volume);
}
