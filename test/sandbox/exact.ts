import assert from "node:assert/strict";
import type { PreviewReport } from "../../operations/preview/report.ts";
import type { Sandbox } from "./sandbox.ts";
import { keptOutputs, keptState, type KeptResource } from "./state.ts";

/** What a state has of what previews speak of. */
export interface Made {
  /** Ids of the commands that make layers, by place: another id is another run. */
  layers: Readonly<Record<string, string>>;
  /** The image of each layer, by place. */
  images: Readonly<Record<string, string>>;
  /** Ids of the boxes, by fleet (or `edge`, `door`, accessory); those of a group of instances are numbered. */
  boxes: Readonly<Record<string, string[]>>;
  /** Ids of the commands that make and publish machine images, by fleet. */
  machineImages: Readonly<Record<string, string>>;
  /** Ids of the commands that configure hosts, by fleet. */
  hosts: Readonly<Record<string, string>>;
}

const groupType = "aws:autoscaling/group:Group";
const serviceType = "docker:index/service:Service";

/** Asks for a preview, runs `up`, and fails unless it did just what the preview said. @returns what `up` printed. */
export async function exactUp(sandbox: Sandbox, stack = "dev", ...options: string[]): Promise<string> {
  return (await previewedUp(sandbox, stack, ...options)).told;
}

/** The same. @returns what the preview said, and what `up` printed. */
export async function previewedUp(
  sandbox: Sandbox,
  stack = "dev",
  ...options: string[]
): Promise<{ report: PreviewReport; told: string }> {
  const before = madeIn(sandbox, stack);
  const asked = ["--stack", stack, "--format", "json"];
  const { stdout, all: told } = await sandbox.run("commands/main.ts", "preview", ...asked);
  assert.match(stdout, /^\{/, told);
  const report = JSON.parse(stdout) as PreviewReport;
  const { exitCode, all } = await sandbox.run("commands/main.ts", "up", "--stack", stack, ...options);
  assert.equal(exitCode, 0, all);
  assert.deepEqual(inexactness(report, before, madeIn(sandbox, stack)), []);
  return { report, told: all };
}

/** Where a preview said something else than came of it; a layer or fleet that follows may do so or not, as its image says. */
export function inexactness(report: PreviewReport, before: Made, after: Made): string[] {
  const differs = (what: string, said: string, isSo: boolean, came: string) =>
    isSo ? [] : [`${what}: the preview said ${said}, but it ${came}`];
  const layers = report.layers.flatMap(({ id, action }) => {
    const built = before.layers[id] !== after.layers[id] && id in after.layers;
    const parent = id.split(".").slice(0, -1).join(".");
    const follows = before.images[parent] !== after.images[parent];
    const expected = action === "build" || (action === "follow" && follows);
    return differs(`layer ${id}`, action, built === expected, built ? "was built" : "was not built");
  });
  const fleets = report.fleets.flatMap(({ name, action, boxesBefore, boxesAfter, to, specification }) => {
    const [old, now] = [before.boxes[name] ?? [], after.boxes[name] ?? []];
    const made = now.filter((id) => !old.includes(id)).length;
    // Where the image was still to be built, it may have come out the same.
    const mayStay = made === 0 && to === undefined && specification.length === 0;
    const expected = {
      create: made === boxesAfter,
      swap: made === boxesAfter || (mayStay && old.length > 0),
      follow: made === boxesAfter || mayStay,
      scale: made === Math.max(0, boxesAfter - boxesBefore),
      // What an update that failed left behind is not made again,
      move: made === boxesAfter || made === 0,
      remove: now.length === 0,
      // or goes.
      keep: made === 0 && boxesBefore === boxesAfter,
    }[action];
    const size = now.length === boxesAfter;
    return differs(
      `fleet ${name}`,
      `${action} to ${boxesAfter}`,
      expected && size,
      `made ${made} and has ${now.length} boxes`,
    );
  });
  const machineImages = report.machineImages.flatMap(({ fleet, action }) => {
    const [old, now] = [before.machineImages[fleet], after.machineImages[fleet]];
    const isSo = { build: old !== now, follow: true, keep: old === now, remove: now === undefined }[action];
    return differs(`machine image of ${fleet}`, action, isSo, old === now ? "was not made" : "was made");
  });
  const hosts = report.hosts.flatMap(({ name, action }) => {
    const configured = name in after.hosts && before.hosts[name] !== after.hosts[name];
    const came = configured ? "was configured" : "was not configured";
    return differs(`hosts of ${name}`, action, configured === (action === "configure"), came);
  });
  const said = new Set(report.fleets.map(({ name }) => name));
  const untold = Object.keys(after.boxes).filter((name) => !said.has(name));
  return [
    ...layers,
    ...fleets,
    ...machineImages,
    ...hosts,
    ...untold.map((name) => `fleet ${name}: the preview did not name it`),
  ];
}

/** What the state of the sandbox's stack has now; nothing before the first up. */
function madeIn(sandbox: Sandbox, stack: string): Made {
  const resources = (keptState(sandbox, stack).resources ?? []).filter((each) => each.delete !== true);
  const name = ({ urn }: KeptResource) => urn.split("::").at(-1) ?? "";
  const commands = (component: string, suffix: string) =>
    Object.fromEntries(
      resources
        .filter(({ urn }) => urn.includes(`fleet:index:${component}$command:local:Command::`))
        .map((each) => [name(each).replace(suffix, ""), each.id ?? ""]),
    );
  const containers = resources.filter(({ type }) => type === "docker:index/container:Container");
  const boxes = Map.groupBy(containers, (each) =>
    each.urn.includes("ContainerFleet$") ? name(each).replace(/-\d+$/, "") : name(each),
  );
  const groups = resources.filter(({ type }) => type === groupType).map(instances);
  const services = resources
    .filter(({ type }) => type === serviceType)
    .map((service) => [name(service), tasks(service.id, resources)] as const);
  const outputs = keptOutputs(sandbox, stack);
  return {
    layers: commands("ImageLayer", ""),
    images: (outputs["imageDigests"] ?? {}) as Record<string, string>,
    boxes: together([
      ...[...boxes].map(([group, each]) => [group, each.map(({ id = "" }) => id)] as const),
      ...groups,
      ...services,
    ]),
    machineImages: commands("MachineImage", ""),
    hosts: commands("HostFleet", "-hosts"),
  };
}

/** A fleet that moves has boxes of two kinds for a while. */
function together(boxes: readonly (readonly [fleet: string, ids: string[]])[]): Made["boxes"] {
  const fleets = Map.groupBy(boxes, ([fleet]) => fleet);
  return Object.fromEntries([...fleets].map(([fleet, all]) => [fleet, all.flatMap(([, ids]) => ids)]));
}

/** A group of instances, `web-<disk digest>-<specification>`, as boxes of its fleet. */
function instances({ urn, id, inputs = {} }: KeptResource): [fleet: string, boxes: string[]] {
  const fleet = (urn.split("::").at(-1) ?? "").replace(/-[0-9a-f]{12}-[0-9a-f]{6}$/, "");
  const size = Number(inputs["desiredCapacity"] ?? inputs["minSize"] ?? 0);
  return [fleet, Array.from({ length: size }, (_, index) => `${id}:${index}`)];
}

/** The boxes of a service of a Swarm: as many as its gate wants. */
function tasks(id: string | undefined, resources: readonly KeptResource[]): string[] {
  const gate = resources.find(
    ({ inputs, urn }) => urn.includes("SwarmFleet$") && isGateOf(inputs?.["stdin"], id),
  );
  const environment = (gate?.inputs?.["environment"] ?? {}) as Record<string, string>;
  return Array.from({ length: Number(environment["FLEET_BOXES"]) }, (_, index) => `${id}:${index}`);
}

function isGateOf(stdin: unknown, service: string | undefined): boolean {
  if (typeof stdin !== "string") return false;
  const request = JSON.parse(stdin) as { service?: string; boxes?: number };
  return request.boxes !== undefined && request.service === service;
}
