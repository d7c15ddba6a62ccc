import { isDeepStrictEqual } from "node:util";
import { serviceType } from "../state/resource.ts";
import { gateBoxes, isServiceGate, serviceImage, type ServiceInputs } from "../state/service.ts";
import type { FleetLine } from "./line.ts";
import type { PreviewStep } from "./step.ts";

/** Whether a step is that of a fleet's service on a Swarm. */
export function isServiceStep({ type, urn }: PreviewStep): boolean {
  return type === serviceType && urn.includes("fleet:index:SwarmFleet$");
}

/** What happens to the boxes of the fleets on a Swarm: what their services are, and how many boxes their gates want. */
export function serviceLines(steps: readonly PreviewStep[]): FleetLine[] {
  const gates = steps.filter(isServiceGate);
  return steps.filter(isServiceStep).map((step) =>
    serviceLine(
      step,
      gates.find(({ name }) => name === `${step.name}-gate`),
    ),
  );
}

function serviceLine({ name, op, before, after }: PreviewStep, gate: PreviewStep | undefined): FleetLine {
  const [old, wanted] = [before as ServiceInputs, after as ServiceInputs];
  const from = serviceImage(old);
  const to = serviceImage(wanted);
  const boxesBefore = op === "create" ? 0 : gateBoxes(gate?.before ?? {});
  const boxesAfter = op === "delete" ? 0 : gateBoxes(gate?.after ?? {});
  const specification = op === "replace" && wanted.taskSpec ? changes(old, wanted) : [];
  return {
    ...{ name, boxesBefore, boxesAfter, specification },
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
    action: actionOf(op, boxesBefore === boxesAfter, to === undefined && specification.length === 0),
  };
}

function actionOf(op: PreviewStep["op"], isSameSize: boolean, isUnknown: boolean): FleetLine["action"] {
  if (op === "create") return "create";
  if (op === "delete") return "remove";
  if (op === "replace") return isUnknown ? "follow" : "swap";
  return isSameSize ? "keep" : "scale";
}

/** What of the run specification differs, apart from the image; of the environment the variables' names. */
function changes(
  { taskSpec: before = {} }: ServiceInputs,
  { taskSpec: after = {} }: ServiceInputs,
): string[] {
  const { containerSpec: oldBox = {}, ...oldRest } = before;
  const { containerSpec: newBox = {}, ...newRest } = after;
  const keys = [...differing(oldBox, newBox), ...differing(oldRest, newRest)]
    .filter((key) => !["image", "env"].includes(key))
    .map((key) => words[key] ?? key);
  const variables = differing(oldBox.env ?? {}, newBox.env ?? {})
    .filter((variable) => variable !== "FLEET_IMAGE_DIGEST")
    .map((variable) => `environment ${variable}`);
  return [...keys.sort(), ...variables.sort()];
}

const words: Readonly<Record<string, string>> = {
  logDriver: "how its log is kept",
  stopGracePeriod: "how long a box has to end",
  mounts: "volatile paths",
};

function differing(a: object, b: object): string[] {
  const [old, wanted] = [a, b] as Record<string, unknown>[];
  const keys = new Set([...Object.keys(old ?? {}), ...Object.keys(wanted ?? {})]);
  return [...keys].filter((key) => key !== "__defaults" && !isDeepStrictEqual(old?.[key], wanted?.[key]));
}
