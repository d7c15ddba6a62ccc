import { sha256 } from "../../../plan/digest.ts";

/** The header by which a request asks for one group of boxes, whatever the weights say. */
export const groupHeader = "X-Fleet-Group";

/** Priorities of a listener's rules, the lowest first: single groups by header, host names, all the rest. */
const groupPriorities = 30_000;
const hostPriority = 31_000;
const restPriority = 49_000;

/**
 * Priority of the rule by which a group can be asked for by name. A target group is checked only while a rule names it, so
 * this rule also makes the new boxes' health known before they get any other request.
 */
export function groupPriority(entry: string, groupName: string): number {
  return 1 + (Number.parseInt(sha256(`${entry} ${groupName}`).slice(0, 8), 16) % groupPriorities);
}

/** Priority of the rule that sends an entry's requests to the group that serves. */
export function trafficPriority(index: number): number {
  return index === 0 ? restPriority : hostPriority + index;
}

/** What the requests of an entry have in common. */
export function trafficConditions(index: number, hosts: readonly string[]) {
  return index === 0 ? [{ pathPattern: { values: ["/*"] } }] : [{ hostHeader: { values: [...hosts] } }];
}
