import type { UpOptions } from "@pulumi/pulumi/automation/index.js";
import { wantedBoxes } from "../state/box.ts";
import { commandType, type StateResource } from "../state/resource.ts";
import { runningFleets } from "../state/fleet.ts";

/**
 * How an update makes the boxes of a fleet anew, by an ordinary swap with its gate, and changes nothing else.
 * @throws Error where no containers of that fleet run.
 */
export function boxesAnew(
  resources: readonly StateResource[],
  fleet: string,
): Required<Pick<UpOptions, "replace" | "target">> {
  const boxes = wantedBoxes(resources).filter(({ kind, group }) => kind === "fleet" && group === fleet);
  if (boxes.length === 0) throw new Error(noContainers(resources, fleet));
  const commands = resources.filter(({ type }) => type === commandType).map(({ urn }) => urn);
  const fleets = new Set(boxes.map(({ urn }) => commandsOf(urn)));
  const own = (pattern: RegExp) =>
    commands.filter((urn) => fleets.has(urn.replace(pattern, "")) && pattern.test(urn));
  // By turns there is room to be made again.
  const replace = [...boxes.map(({ urn }) => urn), ...own(/-room$/)];
  return { replace, target: [...replace, ...own(/-gate(-\d+)?$/)] };
}

/** How the commands of the fleet that a box is of begin: with its name without the box's number. */
function commandsOf(urn: string): string {
  return urn.replace(/docker:index\/container:Container::(.*)-\d+$/, `${commandType}::$1`);
}

function noContainers(resources: readonly StateResource[], fleet: string): string {
  const running = runningFleets(resources);
  const found = running.find(({ name }) => name === fleet);
  const known = running.filter(({ kind }) => kind === "containers").map(({ name }) => name);
  const got = found ? `${fleet}, which runs on ${found.kind}` : fleet;
  const fix = known.length > 0 ? `choose one of ${known.join(", ")}` : "npm run up makes some";
  return `FLEET: expected a fleet of containers that runs here, got ${got}; ${fix}`;
}
