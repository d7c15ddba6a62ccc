import { containerType, type StateResource } from "./resource.ts";

/** What a stack's state wants of one container; the names are ours, the values those of the inputs. */
export interface WantedBox {
  urn: string;
  /** `catalog-1`, `edge`, `door`, or the accessory's name. */
  name: string;
  /** The fleet, else the name of the accessory or edge. */
  group: string;
  kind: "fleet" | "accessory" | "edge" | "door";
  /** The container's id. */
  id: string;
  /** What makes it: the provider of the engine that it runs on. */
  provider: string;
  /** The image's id. */
  image: string;
  environment: Record<string, string>;
  labels: Record<string, string>;
  /** Mounted volumes: path in the box, and the volume's name or the host's path, as by {@link mountedAs}. */
  volumes: Record<string, string>;
  /** Paths in memory, and their options. */
  tmpfs: Record<string, string>;
  memoryBytes: number;
  memorySwapBytes: number;
  /** Processors that it may use at most; 0: all. */
  cpus: number;
  /** `SOFT:HARD` by name (`nofile`); those alone that are wanted. */
  ulimits: Record<string, string>;
  /** Whether a first process of the engine's is wanted; undefined: as the engine does by itself. */
  init: boolean | undefined;
  /** Bytes of /dev/shm; 0: as many as the engine gives. */
  shmBytes: number;
  /** How what it prints is kept; undefined: as the engine does by itself. */
  logs: { driver: string; options: Record<string, string> } | undefined;
  readOnly: boolean;
  capabilitiesAdded: string[];
  capabilitiesDropped: string[];
  securityOptions: string[];
  restart: string;
  /** The networks that it is to be in, and its aliases there. */
  networks: Record<string, string[]>;
  /** Another container whose network it shares; empty for a network of its own. */
  sharesNetworkOf: string;
}

const mebibyte = 2 ** 20;

/** The containers that the stack wants, in the order of the state; what waits to be removed is left out. */
export function wantedBoxes(resources: readonly StateResource[]): WantedBox[] {
  return resources
    .filter(({ type, pendingDelete }) => type === containerType && !pendingDelete)
    .map(wantedBox);
}

function wantedBox(resource: StateResource): WantedBox {
  const { urn, name, id, inputs, provider } = resource;
  const labels = pairs(inputs["labels"], "label", "value");
  const kind = kindOf(resource);
  const capabilities = record(inputs["capabilities"]);
  const networkMode = text(inputs["networkMode"]);
  return {
    urn,
    name,
    group: kind === "fleet" ? (labels["immutable-fleets.fleet"] ?? name.replace(/-\d+$/, "")) : name,
    kind,
    id,
    provider,
    image: text(inputs["image"]),
    environment: environmentMap(texts(inputs["envs"])),
    labels,
    volumes: volumesOf(inputs["volumes"]),
    tmpfs: Object.fromEntries(
      Object.entries(record(inputs["tmpfs"])).map(([path, value]) => [path, text(value)]),
    ),
    memoryBytes: number(inputs["memory"]) * mebibyte,
    memorySwapBytes: number(inputs["memorySwap"]) * mebibyte,
    cpus: Number(text(inputs["cpus"])),
    ulimits: Object.fromEntries(
      list(inputs["ulimits"]).map((each) => [
        text(each["name"]),
        `${number(each["soft"])}:${number(each["hard"])}`,
      ]),
    ),
    init: typeof inputs["init"] === "boolean" ? inputs["init"] : undefined,
    shmBytes: number(inputs["shmSize"]) * mebibyte,
    logs: logsOf(inputs),
    readOnly: inputs["readOnly"] === true,
    capabilitiesAdded: texts(capabilities["adds"]),
    capabilitiesDropped: texts(capabilities["drops"]),
    securityOptions: texts(inputs["securityOpts"]),
    restart: text(inputs["restart"]),
    networks: Object.fromEntries(
      list(inputs["networksAdvanced"]).map((each) => [text(each["name"]), texts(each["aliases"])]),
    ),
    sharesNetworkOf: networkMode.startsWith("container:") ? networkMode.slice("container:".length) : "",
  };
}

function kindOf({ urn, name }: StateResource): WantedBox["kind"] {
  if (urn.includes("fleet:index:ContainerFleet$")) return "fleet";
  if (urn.includes("fleet:index:Accessory$")) return "accessory";
  return /(^|\.)door$/.test(name) ? "door" : "edge";
}

/** A volume's name or a path of the machine, and whether a box may only read it. */
export function mountedAs(source: string, readOnly: boolean): string {
  return readOnly ? `${source}, read-only` : source;
}

/** `NAME=value` lines as a map. */
export function environmentMap(lines: readonly string[]): Record<string, string> {
  // Of an image that has a variable twice, engines give a box the first.
  const pairs = lines.toReversed().map((line): [string, string] => {
    const at = line.indexOf("=");
    return at < 0 ? [line, ""] : [line.slice(0, at), line.slice(at + 1)];
  });
  return Object.fromEntries(pairs);
}

function volumesOf(value: unknown): Record<string, string> {
  return Object.fromEntries(
    list(value).map((each) => [
      text(each["containerPath"]),
      mountedAs(text(each["volumeName"]) || text(each["hostPath"]), each["readOnly"] === true),
    ]),
  );
}

function logsOf({ logDriver, logOpts }: StateResource["inputs"]): WantedBox["logs"] {
  if (text(logDriver) === "") return undefined;
  const options = Object.entries(record(logOpts)).map(([name, value]) => [name, text(value)]);
  return { driver: text(logDriver), options: Object.fromEntries(options) as Record<string, string> };
}

function pairs(value: unknown, key: string, content: string): Record<string, string> {
  return Object.fromEntries(list(value).map((each) => [text(each[key]), text(each[content])]));
}

function list(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value.map(record) : [];
}
function record(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}
function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.map(text) : [];
}
function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}
function number(value: unknown): number {
  return typeof value === "number" ? value : 0;
}
