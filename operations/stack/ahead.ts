import { readStackStateAhead } from "../../fleets/data/stackState.ts";
import { askEngineAhead } from "./engineCli.ts";

/**
 * Loads what works on a stack, while the engine's CLI tells the state and its version: the one takes a processor for half a second, and
 * so does the other.
 */
export async function startAhead<T>(stack: string, load: () => Promise<T>): Promise<T> {
  readStackStateAhead(stack);
  await askEngineAhead();
  return load();
}
