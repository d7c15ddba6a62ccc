import type { ContainerFacts } from "../engine/containers.ts";
import type { EdgeServer } from "../engine/edgeServers.ts";
import type { WantedBox } from "../state/box.ts";

/** One box, as it is now. */
export interface BoxStatus {
  box: string;
  group: string;
  kind: WantedBox["kind"];
  /** The container's id. */
  id: string;
  /** The image that it runs, `sha256:…`; absent when there is no such container. */
  image?: string;
  /** What the engine says: `running`, `exited`, …, or `missing`. */
  state: string;
  /** What the edge's checks say; `unchecked` for what no edge checks. */
  health: "healthy" | "unhealthy" | "unchecked";
  /** What the unhealthy check says. */
  detail: string;
  /** Since it was made. */
  ageSeconds?: number;
  restarts: number;
  /** Its part of the requests that the edge sent to its fleet, 0 to 1; absent before the first request. */
  trafficShare?: number;
}

/** A stack, as it is now. */
export interface StatusReport {
  stack: string;
  url?: string;
  /** Releases whose images the stack runs, newest first. */
  releases: string[];
  boxes: BoxStatus[];
  /** Whether every box runs and is healthy where it is checked. */
  well: boolean;
}

/** What was seen at one time. `servers` is undefined when no edge answered. */
export interface Seen {
  containers: readonly ContainerFacts[];
  servers: readonly EdgeServer[] | undefined;
  now: Date;
}

/** The status of a stack from what its state wants and what was seen. */
export function statusOf(
  stack: string,
  url: string | undefined,
  releases: string[],
  wanted: readonly WantedBox[],
  seen: Seen,
): StatusReport {
  const rows = wanted.map((box) => boxRow(box, seen));
  const boxes = rows.map(({ status, requests }) => {
    const all = rows.filter(({ status: other }) => other.group === status.group).map((row) => row.requests);
    const total = all.reduce((sum, each) => sum + each, 0);
    return total > 0 && status.kind === "fleet" ? { ...status, trafficShare: requests / total } : status;
  });
  const well = boxes.every(({ state, health }) => state === "running" && health !== "unhealthy");
  return { stack, ...(url !== undefined && { url }), releases, boxes, well };
}

function boxRow(box: WantedBox, { containers, servers, now }: Seen): { status: BoxStatus; requests: number } {
  const facts = containers.find(({ Id }) => Id === box.id);
  const { name, group, kind, id } = box;
  const known = { box: name, group, kind, id };
  if (!facts) {
    const health = kind === "fleet" && servers ? "unhealthy" : "unchecked";
    return { status: { ...known, state: "missing", health, detail: "", restarts: 0 }, requests: 0 };
  }
  const own = ownServers(facts, servers ?? []);
  const status: BoxStatus = {
    ...known,
    image: facts.Image,
    state: facts.State.Status,
    ...health(kind, servers && own),
    ageSeconds: Math.max(0, Math.round((now.getTime() - Date.parse(facts.Created)) / 1000)),
    restarts: facts.RestartCount,
  };
  return { status, requests: own.reduce((sum, { requests }) => sum + requests, 0) };
}

function ownServers(facts: ContainerFacts, servers: readonly EdgeServer[]): EdgeServer[] {
  const addresses = Object.values(facts.NetworkSettings.Networks)
    .map(({ IPAddress }) => IPAddress)
    .filter((address) => address !== "");
  return servers.filter(({ address }) => addresses.some((ip) => address.startsWith(`${ip}:`)));
}

function health(kind: WantedBox["kind"], servers: readonly EdgeServer[] | undefined) {
  if (kind !== "fleet" || !servers) return { health: "unchecked", detail: "" } as const;
  if (servers.length === 0) return { health: "unhealthy", detail: "not seen by the edge" } as const;
  const bad = servers.filter(({ healthy }) => !healthy);
  if (bad.length === 0) return { health: "healthy", detail: "" } as const;
  return {
    health: "unhealthy",
    detail: bad.map(({ backend, detail }) => `${backend}: ${detail}`).join("; "),
  } as const;
}
