import * as pulumi from "@pulumi/pulumi";
import type { CanaryPlan } from "../../plan/environment/canary.ts";
import { stackLabel } from "../box/stackLabel.ts";
import type { EnginePlace } from "../box/place.ts";
import type { FleetPlace, StepsRequest } from "../canary/request.ts";
import type { TurnsPlace, TurnsRequest } from "../surge/request.ts";

/** How new boxes take over from old ones; nothing: all at once, as soon as they are healthy. */
export interface TakingOver {
  /** How requests go over to new boxes, and the door whose edges send them; absent: as soon as they are healthy. */
  canary?: { plan: CanaryPlan; door: pulumi.Input<string> } | undefined;
  /** How many boxes more than there are to be may run in a swap, and the door whose edges lead to them, if any; absent: as many. */
  surge?: { maxSurge: number; door?: pulumi.Input<string> | undefined } | undefined;
}

/** A fleet whose boxes take over. */
interface Swapped extends TakingOver {
  fleet: string;
  place: Pick<EnginePlace, "network">;
  applications: readonly { name: string }[];
  ports?: readonly { name: string }[] | undefined;
  limits: { drainSeconds: number };
}

/** What steps and gates are told of how boxes take over. */
export interface Steps {
  canary?: { place: pulumi.Output<FleetPlace>; request: pulumi.Output<StepsRequest> };
  turns?: {
    place: pulumi.Output<TurnsPlace>;
    /** @param turn whose gate it is; undefined: the last one's. */
    request: (turn: number | undefined) => pulumi.Output<TurnsRequest>;
  };
}

/** What a fleet's canary, or its turns, are told. @param turns the names of its boxes, turn by turn. */
export function toldSteps(fleet: Swapped, turns: string[][]): Steps {
  const { canary, surge, limits } = fleet;
  const { drainSeconds } = limits;
  if (canary) {
    const place = placeOf(fleet, canary.door);
    return {
      canary: { place, request: place.apply((known) => ({ ...known, ...canary.plan, drainSeconds })) },
    };
  }
  if (!surge) return {};
  const names = turns.flat();
  const place = turnsPlace(fleet, surge.door).apply((known) => ({ ...known, names, drainSeconds }));
  const { maxSurge } = surge;
  const request = (turn = turns.length) => place.apply((known) => ({ ...known, maxSurge, turn }));
  return { turns: { place, request } };
}

/** Where its boxes are, and what leads requests to them. */
function placeOf(
  { fleet, place, applications, ports = [] }: Swapped,
  door: pulumi.Input<string>,
): pulumi.Output<FleetPlace> {
  const backends = [...applications, ...ports].map(({ name }) => name);
  return pulumi
    .all([place.network.name, door])
    .apply(([network, id]) => ({ fleet, stack: stackLabel(), network, door: id, backends }));
}

/** … where they may take no requests. */
function turnsPlace(fleet: Swapped, door: pulumi.Input<string> | undefined) {
  if (door !== undefined && fleet.applications.length > 0)
    return placeOf(fleet, door).apply(({ door: id, backends, ...place }) => ({
      ...place,
      leads: { door: id, backends },
    }));
  return fleet.place.network.name.apply((network) => ({ fleet: fleet.fleet, stack: stackLabel(), network }));
}
