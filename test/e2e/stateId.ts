import type { Sandbox } from "../sandbox/sandbox.ts";
import { keptState } from "../sandbox/state.ts";

/** The id of a resource of dev in Pulumi's state, by the end of its URN; empty where there is none. */
export function stateId(sandbox: Sandbox, end: string): string {
  return keptState(sandbox).resources?.find(({ urn }) => urn.endsWith(end))?.id ?? "";
}
