import type { Configuration } from "../../config/schema.ts";
import { show } from "../../config/problem.ts";
import type { HeldData } from "./heldData.ts";
import { moveByHand, wayBack, type DataConfiguration, type Loss } from "./loss.ts";
import { presentName } from "./successor.ts";
import { statefulBoxOf, statefulZone } from "./volumeNames.ts";

type Placement = Configuration["environment"]["fleets"][string];

/** Why an update would take a stateful box's volume away; undefined where it stays. */
export function lostStateful(
  data: HeldData,
  held: readonly HeldData[],
  { fleets, environment }: DataConfiguration,
): Loss | undefined {
  const { fleet, number } = statefulBoxOf(data.name);
  const hasData = (name: string) => held.some((each) => isOf(each, name));
  const name = presentName(fleet, Object.keys(environment.fleets), fleets, hasData);
  const placement = name === undefined ? undefined : environment.fleets[name];
  if (name === undefined || !placement) {
    const { fleets: placed } = environment;
    const successors = Object.keys(placed).filter((each) => placed[each]?.stateful && !hasData(each));
    return {
      path: `environment.fleets.${fleet}`,
      ...{ owner: fleet, expected: "it", got: "nothing", fix: wayBack("fleets", fleet, successors) },
    };
  }
  return withoutBox(name, number, placement) ?? elsewhere(name, number, data, environment.aws);
}

function isOf(data: HeldData, fleet: string): boolean {
  return data.kind === "stateful" && statefulBoxOf(data.name).fleet === fleet;
}

/** Whether the fleet has no such box any more, or none that keeps data. */
function withoutBox(name: string, number: number, placement: Placement): Loss | undefined {
  const path = `environment.fleets.${name}`;
  const { target, stateful, boxes, instances } = placement;
  if (target !== "instances")
    return {
      path: `${path}.target`,
      ...{ owner: name, expected: "instances", got: target, fix: moveByHand },
    };
  if (!stateful || !instances?.data)
    return { path: `${path}.stateful`, ...{ owner: name, expected: "true", got: "false", fix: moveByHand } };
  if (boxes >= number) return undefined;
  return {
    path: `${path}.boxes`,
    ...{ owner: `box ${number} of ${name}`, expected: `at least ${number}`, got: String(boxes) },
    fix: moveByHand,
  };
}

/** Whether a volume would be made anew: none leaves its zone, or changes its key. */
function elsewhere(
  name: string,
  number: number,
  { inputs }: HeldData,
  aws: Configuration["environment"]["aws"],
): Loss | undefined {
  const { availabilityZone } = inputs;
  const zone = typeof availabilityZone === "string" ? availabilityZone : "";
  const owner = `box ${number} of ${name}`;
  if (!aws || !zone.startsWith(aws.region))
    return {
      path: "environment.aws.region",
      ...{ owner: name, expected: zone.slice(0, -1), got: show(aws?.region), fix: moveByHand },
    };
  // AWS alone knows the zones of a network that is given.
  const planned = aws.network ? zone : statefulZone(aws.zones, number);
  if (planned !== zone)
    return {
      path: `environment.aws.zones[${(number - 1) % Math.max(1, aws.zones.length)}]`,
      ...{ owner, expected: zone, got: show(planned), fix: moveByHand },
    };
  const key = inputs["kmsKeyId"];
  if (key === aws.encryptionKey) return undefined;
  return {
    path: "environment.aws.encryptionKey",
    ...{ owner: name, expected: show(key), got: show(aws.encryptionKey), fix: moveByHand },
  };
}
