import type { BuildRequest } from "../../plan/buildRequest.ts";
import { diskCauses } from "../../images/machine/causes.ts";
import type { DiskInputs } from "../../images/machine/inputs.ts";
import type { HostCheck } from "../../fleets/hosts/check.ts";
import { causes, type Cause } from "../../plan/causes.ts";
import type { Environment } from "../../config/schema.ts";
import type { Frozen } from "../freeze/frozen.ts";
import { hostLine, isHostStep, type HostLine } from "./hosts.ts";
import { instanceLines, isToldByFleet } from "./instances.ts";
import type { AgedBase } from "../age/bases.ts";
import { withCanary } from "./canary.ts";
import { withTurns } from "./turns.ts";
import type { FleetLine, LayerLine, MachineLine } from "./line.ts";
import { withMoves } from "./moves.ts";
import { isServiceStep, serviceLines } from "./services.ts";
import type { PreviewStep } from "./step.ts";
import { isTaskStep, taskLine, type TaskLine } from "./tasks.ts";

/** What an update would do, and why. */
export interface PreviewReport {
  stack: string;
  layers: LayerLine[];
  machineImages: MachineLine[];
  fleets: FleetLine[];
  hosts: HostLine[];
  /** What runs once before a swap; absent: nothing. */
  tasks?: TaskLine[];
  /** Other resources that change: `create docker:index/network:Network boxes`. */
  others: string[];
  /** Whether anything at all would change. */
  changes: boolean;
  /** What hosts say of it, where they were asked. */
  checks?: HostCheck[];
  /** How boxes start, where a unit asks for more than a command in the foreground. */
  notes?: string[];
  /** Bases whose distribution is no longer looked after as it was. */
  agedBases?: AgedBase[];
  /** Why up would not do it now. */
  frozen?: Frozen;
}

const commandType = "command:local:Command";
const containerType = "docker:index/container:Container";
const layerUrn = /fleet:index:ImageLayer\$/;
const machineUrn = /fleet:index:MachineImage\$/;
const groupUrn = /fleet:index:(ContainerFleet|Accessory|Edge)\$/;

/**
 * The report of a preview's steps; pure, so that its texts can be compared with what an update then did. The environment's
 * configuration says what a swap of instances costs.
 */
export function reportOf(
  stack: string,
  steps: readonly PreviewStep[],
  environment?: Pick<Environment, "aws" | "fleets">,
): PreviewReport {
  const layers = steps.filter(({ urn, type }) => type === commandType && layerUrn.test(urn));
  const machines = steps.filter(({ urn, type }) => type === commandType && machineUrn.test(urn));
  const containers = steps.filter(({ urn, type }) => type === containerType && groupUrn.test(urn));
  const services = steps.filter(isServiceStep);
  const hosts = steps.filter(isHostStep);
  const tasks = steps.filter(isTaskStep);
  // What a box is makes another box; what only says how it is stopped changes in the state, and is told apart.
  const boxes = containers.filter(({ op }) => op !== "update");
  const told = new Set(
    [...layers, ...machines, ...boxes, ...services, ...hosts, ...tasks].map(({ urn }) => urn),
  );
  const others = steps.filter(
    (step) =>
      step.op !== "same" &&
      !told.has(step.urn) &&
      !isComponent(step) &&
      !isGate(step) &&
      !isToldByFleet(step),
  );
  const report = {
    stack,
    layers: layers.map(layerLine),
    machineImages: machines.map(machineLine),
    fleets: [
      ...withMoves(fleetLines(containers), instanceLines(steps, environment)).map((line) =>
        withTurns(withCanary(line, environment), environment),
      ),
      ...serviceLines(steps),
    ],
    hosts: hosts.map(hostLine),
    ...(tasks.length > 0 && { tasks: tasks.map(taskLine) }),
    others: others.map(({ op, type, name }) => `${op} ${type} ${name}`),
  };
  const changes =
    [...report.layers, ...report.machineImages].some(({ action }) => action !== "keep") ||
    report.fleets.some(({ action }) => action !== "keep") ||
    [...report.hosts, ...(report.tasks ?? [])].some(({ action }) => action !== "keep") ||
    others.length > 0;
  return { ...report, changes };
}

function isComponent({ type }: PreviewStep): boolean {
  return type.startsWith("fleet:index:") || type === "pulumi:pulumi:Stack";
}

/** Gates run whenever boxes or the edge change, holds and what makes room before boxes do, and what drains a service when that goes; the report says that of the boxes. */
function isGate({ type, name, urn }: PreviewStep): boolean {
  if (type !== commandType) return false;
  return (
    name.endsWith("-gate") ||
    (/-(gate-\d+|hold|room)$/.test(name) && urn.includes("fleet:index:ContainerFleet$")) ||
    (name.endsWith("-drain") && urn.includes("fleet:index:SwarmFleet$"))
  );
}

const actions = {
  same: "keep",
  update: "keep",
  delete: "remove",
  create: "build",
  replace: "build",
} as const;

function layerLine(step: PreviewStep): LayerLine {
  const found = step.op === "delete" ? [] : layerCauses(step);
  const decided = actions[step.op];
  // Without a cause of its own, it is the parent's image that it waits for.
  if (decided === "build" && found.length === 0) {
    const waiting = step.after["triggers"] === undefined;
    return { id: step.name, action: waiting ? "follow" : "build", causes: [parentCause(step)] };
  }
  return { id: step.name, action: decided, causes: found, ...(isExisting(step) && { existing: true }) };
}

function isExisting({ after }: PreviewStep): boolean {
  const inputs = parseRequest(after["stdin"])?.inputs;
  return inputs?.image !== undefined && !inputs.places;
}

/** Without a cause of its own, a disk is made for the image of its layers. */
function machineLine({ name, op, before, after }: PreviewStep): MachineLine {
  const wanted = parseInputs(after["stdin"]);
  const action = actions[op];
  if (action === "remove" || !wanted) return { fleet: name, action, causes: [] };
  const found = diskCauses(parseInputs(before["stdin"]), wanted);
  if (action !== "build" || found.length > 0) return { fleet: name, action, causes: found };
  const image = { kind: "parent", what: wanted.places.at(-1) ?? "", change: "changed" } as const;
  return { fleet: name, action: after["triggers"] === undefined ? "follow" : "build", causes: [image] };
}

function parseInputs(value: unknown): DiskInputs | undefined {
  return typeof value === "string" ? (JSON.parse(value) as DiskInputs) : undefined;
}

function layerCauses({ before, after }: PreviewStep): Cause[] {
  const wanted = parseRequest(after["stdin"]);
  return wanted ? causes(parseRequest(before["stdin"])?.inputs, wanted.inputs) : [];
}

function parentCause({ name }: PreviewStep): Cause {
  return { kind: "parent", what: name.split(".").slice(0, -1).join("."), change: "changed" };
}

function parseRequest(value: unknown): BuildRequest | undefined {
  return typeof value === "string" ? (JSON.parse(value) as BuildRequest) : undefined;
}

/** The group of a box: its fleet, else its own name (`edge`, `door`, an accessory). */
function groupOf({ urn, name }: PreviewStep): string {
  return urn.includes("ContainerFleet$") ? name.replace(/-\d+$/, "") : name;
}

function fleetLines(containers: readonly PreviewStep[]): FleetLine[] {
  const groups = Map.groupBy(containers, groupOf);
  return [...groups].map(([name, boxes]) => fleetLine(name, boxes));
}

function fleetLine(name: string, boxes: readonly PreviewStep[]): FleetLine {
  const boxesBefore = boxes.filter(({ op }) => op !== "create").length;
  const boxesAfter = boxes.filter(({ op }) => op !== "delete").length;
  const replaced = boxes.filter(({ op }) => op === "replace");
  const from = boxes.map(({ before }) => before["image"]).find((image) => typeof image === "string");
  const to = boxes.map(({ after }) => after["image"]).find((image) => typeof image === "string");
  // An input that is not yet known follows from the image.
  const keys = replaced.flatMap(({ changed, after }) => changed.filter((key) => key in after));
  const told = keys.filter((key) => !["image", "envs"].includes(key)).map((key) => words[key] ?? key);
  const specification = [...new Set(told)].sort();
  const line = {
    name,
    boxesBefore,
    boxesAfter,
    specification,
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
  };
  return {
    ...line,
    specification: [...specification, ...environmentChange(replaced)],
    action: fleetAction(line, replaced),
  };
}

/** What a run specification's parts are to people, where their names do not say it. */
const words: Readonly<Record<string, string>> = {
  logDriver: "how its log is kept",
  logOpts: "how its log is kept",
  shmSize: "size of /dev/shm",
};

/** Names of the environment's variables that differ, as far as they are known; the image's digest is told as the image. */
function environmentChange(replaced: readonly PreviewStep[]): string[] {
  const isUnknown = ({ before, after, changed }: PreviewStep) =>
    changed.includes("envs") && !("envs" in after) && before["image"] === after["image"];
  if (replaced.some(isUnknown)) return ["environment"];
  const names = replaced.flatMap(({ before, after }) => {
    if (!Array.isArray(before["envs"]) || !Array.isArray(after["envs"])) return [];
    const [old, wanted] = [before["envs"] as string[], after["envs"] as string[]];
    const different = [
      ...old.filter((line) => !wanted.includes(line)),
      ...wanted.filter((line) => !old.includes(line)),
    ];
    return different.map((line) => line.replace(/=.*$/s, ""));
  });
  return [...new Set(names)]
    .filter((name) => name !== "FLEET_IMAGE_DIGEST")
    .map((name) => `environment ${name}`);
}

type Counted = Omit<FleetLine, "action">;

function fleetAction(line: Counted, replaced: readonly PreviewStep[]): FleetLine["action"] {
  if (line.boxesBefore === 0) return "create";
  if (line.boxesAfter === 0) return "remove";
  if (replaced.length === 0) return line.boxesBefore === line.boxesAfter ? "keep" : "scale";
  return line.to === undefined && line.specification.length === 0 ? "follow" : "swap";
}
