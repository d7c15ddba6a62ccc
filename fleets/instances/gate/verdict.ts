import type { InstanceGateRequest } from "./request.ts";

/** What one target group says of one box. */
export interface TargetState {
  target: string;
  /** healthy, initial, unhealthy, draining … */
  state: string;
  reason?: string | undefined;
}

/** What is seen of a group at one moment. */
export interface GroupState {
  /** Ids of its running boxes. */
  boxes: string[];
  /** By target group. */
  targets: Readonly<Record<string, TargetState[]>>;
}

/** Why a box is not in service, by target group; empty for one that is. */
export function complaints(box: string, { targets }: Pick<GroupState, "targets">): string[] {
  return Object.entries(targets).flatMap(([group, states]) => {
    const seen = states.find(({ target }) => target === box);
    if (seen?.state === "healthy") return [];
    const reason = seen?.reason === undefined ? "" : ` (${seen.reason})`;
    return [`${targetGroupName(group)}: ${seen?.state ?? "not registered"}${reason}`];
  });
}

/** Whether the group has its full size, every box in service behind every load balancer. */
export function isComplete(request: Pick<InstanceGateRequest, "boxes">, state: GroupState): boolean {
  return inService(state).length >= request.boxes && inService(state).length === state.boxes.length;
}

/** The boxes that are healthy everywhere. */
export function inService(state: GroupState): string[] {
  return state.boxes.filter((box) => complaints(box, state).length === 0);
}

/** Why the gate failed: which boxes are missing or ill, and what the load balancers say. */
export function describeFailure(
  request: InstanceGateRequest,
  state: GroupState,
  consoles: Readonly<Record<string, string>>,
): string {
  const { fleet, boxes, timeoutSeconds } = request;
  const head = `fleet ${fleet}: expected ${boxes} new boxes in service within ${timeoutSeconds} s, got ${inService(state).length} of ${state.boxes.length} that started; the old boxes go on serving; mend the image and promote again, or run up`;
  const ill = state.boxes.flatMap((box) => {
    const list = complaints(box, state);
    if (list.length === 0) return [];
    const text = consoles[box] ?? "";
    const shown = text === "" ? "    (nothing yet)" : text.replace(/^/gm, "    ");
    return [`${box}: ${list.join("; ")}\n  last lines of its console:\n${shown}`];
  });
  return [head, ...ill].join("\n");
}

/** `in-site-1a2b3c4` of `arn:…:targetgroup/in-site-1a2b3c4/0123`. */
function targetGroupName(arn: string): string {
  return arn.split("/")[1] ?? arn;
}
