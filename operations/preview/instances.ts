import type { Environment } from "../../config/schema.ts";
import type { FleetLine } from "./line.ts";
import type { PreviewStep } from "./step.ts";
import { swapCost } from "./swapCost.ts";

const groupType = "aws:autoscaling/group:Group";
const fleetUrn = /fleet:index:(InstanceFleet|OwnTargets|Canary)\$/;
/** `web-<disk digest>-<specification>`. */
const groupName = /^(.*)-([0-9a-f]{12})-[0-9a-f]{6}$/;

/** What begins and ends with a swap: told by the fleet's line. */
export function isToldByFleet({ urn, op }: PreviewStep): boolean {
  return fleetUrn.test(urn) && (op === "create" || op === "delete");
}

/** A line for each fleet of instances. */
export function instanceLines(
  steps: readonly PreviewStep[],
  environment: Pick<Environment, "aws" | "fleets"> | undefined,
): FleetLine[] {
  const groups = steps.filter(({ type, urn }) => type === groupType && fleetUrn.test(urn));
  const fleets = Map.groupBy(groups, ({ name }) => groupName.exec(name)?.[1] ?? name);
  return [...fleets].map(([name, own]) => instanceLine(name, own, environment));
}

function instanceLine(
  name: string,
  groups: readonly PreviewStep[],
  environment: Pick<Environment, "aws" | "fleets"> | undefined,
): FleetLine {
  const begins = groups.find(({ op }) => op === "create");
  const ends = groups.find(({ op }) => op === "delete");
  const stays = groups.find(({ op }) => op !== "create" && op !== "delete");
  const [from, to] = [ends ?? stays, begins ?? stays].map((step) => groupName.exec(step?.name ?? "")?.[2]);
  const boxesBefore = sizeOf((ends ?? stays)?.before);
  const boxesAfter = sizeOf((begins ?? stays)?.after);
  const cost = begins && ends ? swapCost(environment, name, boxesAfter) : undefined;
  return {
    name,
    action: actionOf({ begins, ends, stays }, boxesBefore === boxesAfter),
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
    boxesBefore,
    boxesAfter,
    specification: begins && ends && from === to ? ["run specification"] : [],
    ...(cost && { cost }),
  };
}

function actionOf(
  { begins, ends, stays }: Partial<Record<"begins" | "ends" | "stays", PreviewStep | undefined>>,
  isSameSize: boolean,
): FleetLine["action"] {
  if (begins) return ends ? "swap" : "create";
  if (stays) return isSameSize ? "keep" : "scale";
  return ends ? "remove" : "keep";
}

function sizeOf(inputs: Record<string, unknown> = {}): number {
  const size = inputs["desiredCapacity"] ?? inputs["minSize"];
  return typeof size === "number" ? size : 0;
}
