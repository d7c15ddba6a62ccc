import { isNamedVolume, type ContainerFacts } from "../../engine/containers.ts";
import { formatBytes, shortDigest } from "../text/format.ts";
import { environmentMap, mountedAs, type WantedBox } from "../state/box.ts";
import type { DriftFinding } from "./finding/finding.ts";

/** What an image brings into its containers by itself. */
export interface ImageSettings {
  environment: Record<string, string>;
  labels: Record<string, string>;
  /** Paths for which the engine makes a volume of its own, where nothing else is said. */
  volumes?: readonly string[];
  /** As whom its first process starts, by name or number; empty: root. */
  user?: string;
}

type Difference = Pick<DriftFinding, "what" | "expected" | "got">;

/**
 * How a container differs from what the state wants of it, where Pulumi's refresh does not look. `image` is what its
 * wanted image brings along; undefined when the engine no longer has it. Values of the environment are never told.
 */
export function settingsDrift(
  box: WantedBox,
  facts: ContainerFacts | undefined,
  image: ImageSettings | undefined,
): DriftFinding[] {
  const found = facts
    ? differences(box, facts, image)
    : [{ what: "container", expected: shortDigest(box.id), got: "none" }];
  return found.map((each) => ({ kind: "settings", subject: box.name, ...each, repairUrn: box.urn }));
}

function differences(box: WantedBox, facts: ContainerFacts, image: ImageSettings | undefined): Difference[] {
  const { State, HostConfig, Config } = facts;
  const stopped = State.Running
    ? []
    : [{ what: "state", expected: "running", got: `${State.Status} (exit code ${State.ExitCode})` }];
  return [
    ...stopped,
    ...differ("image", shortDigest(box.image), shortDigest(facts.Image)),
    ...hidden("environment", box.environment, environmentMap(Config.Env ?? []), image?.environment),
    ...maps("label", box.labels, Config.Labels ?? {}, image?.labels),
    ...differ("memory", limit(box.memoryBytes), limit(HostConfig.Memory)),
    ...differ("memory and swap", limit(box.memorySwapBytes), limit(HostConfig.MemorySwap)),
    ...differ("processors", processors(box.cpus), processors(HostConfig.NanoCpus / 1e9)),
    ...differ("processor shares", "0", String(HostConfig.CpuShares)),
    ...differ("processor quota", "0", String(HostConfig.CpuQuota)),
    ...ulimits(box, facts),
    ...ofEngine("first process of the engine", box.init, HostConfig.Init ?? false, (init) =>
      init ? "one" : "none",
    ),
    ...ofEngine("/dev/shm", box.shmBytes || undefined, HostConfig.ShmSize ?? 0, formatBytes),
    ...logs(box, facts),
    ...differ("root file system", access(box.readOnly), access(HostConfig.ReadonlyRootfs)),
    ...differ("privileged", "no", HostConfig.Privileged ? "yes" : "no"),
    ...differ("capabilities", names(box.capabilitiesAdded), names(HostConfig.CapAdd ?? [])),
    ...differ("dropped capabilities", names(box.capabilitiesDropped), names(HostConfig.CapDrop ?? [])),
    ...differ("security options", names(box.securityOptions), names(HostConfig.SecurityOpt ?? [])),
    ...differ("restart policy", box.restart || "no", HostConfig.RestartPolicy.Name || "no"),
    ...maps("volatile path", box.tmpfs, HostConfig.Tmpfs ?? {}),
    ...maps("volume", box.volumes, volumesOf(facts, box, image)),
    ...networks(box, facts),
  ];
}

function differ(what: string, expected: string, got: string): Difference[] {
  return expected === got ? [] : [{ what, expected, got }];
}

/** What the engine decides where nothing is wanted. */
function ofEngine<T>(
  what: string,
  wanted: T | undefined,
  present: T,
  say: (value: T) => string,
): Difference[] {
  return wanted === undefined ? [] : differ(what, say(wanted), say(present));
}

/** Those that are wanted: an engine adds its own to them. */
function ulimits({ ulimits: wanted }: WantedBox, { HostConfig: { Ulimits } }: ContainerFacts): Difference[] {
  const present = Object.fromEntries(
    (Ulimits ?? []).map(({ Name, Soft, Hard }) => [Name, `${Soft}:${Hard}`]),
  );
  return Object.entries(wanted).flatMap(([name, value]) =>
    differ(`limit ${name}`, value, present[name] ?? "none"),
  );
}

/** The engine adds its own options to those that are wanted, and some are tokens. */
function logs({ logs: wanted }: WantedBox, { HostConfig: { LogConfig } }: ContainerFacts): Difference[] {
  if (!wanted || !LogConfig) return [];
  const { Type, Config } = LogConfig;
  if (Type !== wanted.driver) return differ("log driver", wanted.driver, Type);
  const lost = Object.keys(wanted.options).filter((name) => Config?.[name] !== wanted.options[name]);
  return lost.map((name) => ({ what: `log option ${name} changed` }));
}

function limit(bytes: number): string {
  return bytes > 0 ? formatBytes(bytes) : "no limit";
}
function processors(count: number): string {
  return count > 0 ? String(count) : "no limit";
}
function access(readOnly: boolean): string {
  return readOnly ? "read-only" : "writable";
}
/** Engines write capabilities with and without their prefix. */
function names(values: readonly string[]): string {
  const all = values.map((value) => value.replace(/^CAP_/, "")).sort();
  return all.length === 0 ? "none" : all.join(", ");
}

/** Names that differ between two maps; what the image brings along is no difference. */
function changedNames(
  wanted: Readonly<Record<string, string>>,
  present: Readonly<Record<string, string>>,
  inherited: Readonly<Record<string, string>> | undefined,
): { name: string; change: "missing" | "changed" | "added" }[] {
  const added = Object.keys(present).filter((name) => {
    if (name in wanted || inherited === undefined) return false;
    return inherited[name] !== present[name];
  });
  const lost = Object.keys(wanted).filter((name) => wanted[name] !== present[name]);
  return [
    ...lost.map((name) => ({ name, change: name in present ? ("changed" as const) : ("missing" as const) })),
    ...added.map((name) => ({ name, change: "added" as const })),
  ];
}

/** Differences without the values: any of them may be a secret. */
function hidden(
  what: string,
  wanted: Readonly<Record<string, string>>,
  present: Readonly<Record<string, string>>,
  inherited: Readonly<Record<string, string>> | undefined,
): Difference[] {
  return changedNames(wanted, present, inherited).map(({ name, change }) => ({
    what: `${what} ${name} ${change}`,
  }));
}

function maps(
  what: string,
  wanted: Readonly<Record<string, string>>,
  present: Readonly<Record<string, string>>,
  inherited: Readonly<Record<string, string>> | undefined = {},
): Difference[] {
  return changedNames(wanted, present, inherited).map(({ name }) => ({
    what: `${what} ${name}`,
    expected: wanted[name] ?? "none",
    got: present[name] ?? "none",
  }));
}

/** Apart from those that an image declares, which come and go with the box. */
function volumesOf(
  { Mounts, HostConfig }: ContainerFacts,
  { volumes }: WantedBox,
  image: ImageSettings | undefined,
): Record<string, string> {
  const isDeclared = (mount: ContainerFacts["Mounts"][number]) =>
    mount.Type === "volume" &&
    !isNamedVolume(mount) &&
    !(mount.Destination in volumes) &&
    (image?.volumes ?? []).includes(mount.Destination);
  const persistent = Mounts.filter(
    (mount) => !(mount.Destination in (HostConfig.Tmpfs ?? {})) && !isDeclared(mount),
  );
  return Object.fromEntries(
    persistent.map(({ Type, Name, Source, Destination, RW }) => [
      Destination,
      mountedAs(Type === "volume" ? (Name ?? "") : Source, RW === false),
    ]),
  );
}

function networks(box: WantedBox, facts: ContainerFacts): Difference[] {
  const { NetworkMode } = facts.HostConfig;
  if (box.sharesNetworkOf !== "")
    return differ("network", `that of ${shortDigest(box.sharesNetworkOf)}`, modeText(NetworkMode));
  // An engine forgets the networks of a container that does not run.
  if (!facts.State.Running) return [];
  const present = facts.NetworkSettings.Networks;
  const missing = Object.entries(box.networks).flatMap(([name, aliases]) => {
    const joined = present[name];
    if (!joined) return [{ what: `network ${name}`, expected: "joined", got: "not joined" }];
    const lost = aliases.filter((alias) => !(joined.Aliases ?? []).includes(alias));
    return lost.map((alias) => ({ what: `network ${name}`, expected: `alias ${alias}`, got: "none" }));
  });
  const others = Object.keys(present).filter((name) => !(name in box.networks));
  return [
    ...missing,
    ...others.map((name) => ({ what: `network ${name}`, expected: "not joined", got: "joined" })),
  ];
}

function modeText(mode: string): string {
  return mode.startsWith("container:") ? `that of ${shortDigest(mode.slice("container:".length))}` : mode;
}
