import type { Configuration } from "../../config/schema.ts";
import { isGivenUp } from "../../plan/data/givenUp.ts";
import { heldData, type ExportedState, type HeldData } from "../../plan/data/heldData.ts";

/** Resources of one kind that go. */
export interface Going {
  /** `container`, `autoscaling/group`. */
  kind: string;
  names: string[];
}

/** What destroying a stack removes, and in which order. */
export interface DestroyPlan {
  /** What goes first, by kind; without components and what runs nowhere. */
  going: Going[];
  /** Data that goes with it, since the configuration does not protect it. */
  unprotected: HeldData[];
  /** Data that goes last, or stays. */
  kept: HeldData[];
  /** URNs of data that the state no longer protects, though the configuration does: a destroy was killed. Protected again at once. */
  protectAgain: string[];
  /** URNs of all that is protected, data or not. */
  protectedUrns: string[];
}

/** Kinds that are no thing outside the state. */
const immaterial = /^(fleet:index:|pulumi:|command:local:)/;

/** What destroying does, by the state, and by which data the configuration gives up. */
export function destroyPlan(
  state: ExportedState,
  environment: Pick<Configuration["environment"], "accessories" | "fleets" | "volumes"> | undefined,
): DestroyPlan {
  const data = heldData(state);
  const unprotected = data.filter((each) => !each.protect && isGivenUp(each, environment));
  const kept = data.filter((each) => !unprotected.includes(each));
  const protectAgain = kept.filter(({ protect }) => !protect).map(({ urn }) => urn);
  const resources = state.deployment?.resources ?? [];
  const locked = resources.filter(({ protect }) => protect === true).map(({ urn }) => urn);
  const staying = new Set([...data.map(({ urn }) => urn), ...locked]);
  const things = resources.filter(({ urn, type = "" }) => !immaterial.test(type) && !staying.has(urn));
  const byKind = Map.groupBy(things, ({ type = "" }) => kindOf(type));
  return {
    going: [...byKind].map(([kind, all]) => ({ kind, names: all.map(({ urn }) => nameOf(urn)).sort() })),
    ...{ unprotected, kept, protectAgain },
    protectedUrns: [...new Set([...locked, ...protectAgain])],
  };
}

/** `docker:index/container:Container` is a `container`, `aws:ec2/instance:Instance` an `ec2/instance`. */
function kindOf(type: string): string {
  return (type.split(":")[1] ?? type).replace(/^index\//, "");
}

function nameOf(urn: string): string {
  return urn.split("::").slice(3).join("::");
}
