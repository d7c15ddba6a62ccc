import type { ContainerFacts } from "../../engine/containers.ts";
import type { EdgeServer } from "../../fleets/edge/edgeServers.ts";
import { isApplicationAlias } from "../../plan/glue/topology.ts";
import type { SwapRecord } from "../swap/record.ts";
import type { CertificateStatus } from "./certificates.ts";
import type { ScheduleStatus } from "./schedules.ts";
import type { WantedBox } from "../state/box.ts";

/** One box, as it is now. */
export interface BoxStatus {
  box: string;
  group: string;
  /** Containers; one of a service on a Swarm; a mutable host; an instance; one that keeps data; an environment of Elastic Beanstalk, with all its boxes. */
  kind: WantedBox["kind"] | "service" | "host" | "instance" | "stateful" | "beanstalk";
  /** The container's or instance's id, the host's address, the environment's name. */
  id: string;
  /** The image that it runs, `sha256:…`: of an instance the disk's digest, of a host what its roles make; absent where it is not there. */
  image?: string;
  /** What the engine or AWS says: `running`, `exited`, …; `missing`; of a host `configured`. */
  state: string;
  /** What the checks of the edge or load balancer say; `unchecked` for what none checks. */
  health: "healthy" | "unhealthy" | "unchecked";
  /** What the unhealthy check says. */
  detail: string;
  /** Since it was made; of a host, since it was configured. */
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
  /** The last swap that `npm run up` made; absent before the first. */
  lastSwap?: SwapRecord;
  /** The schedules of its applications; absent: none. */
  schedules?: ScheduleStatus[];
  /** Those that an authority is asked for; absent: none. */
  certificates?: CertificateStatus[];
  /** Bases whose distribution is no longer looked after, and boxes older than declared; absent: none. */
  notes?: string[];
  /** Whether every box runs and is healthy where it is checked. */
  well: boolean;
}

/** A box, and how many requests the edge has sent to it. */
export interface StatusRow {
  status: BoxStatus;
  requests: number;
}

/** What was seen at one time. `servers` is undefined when no edge answered. */
export interface Seen {
  containers: readonly ContainerFacts[];
  servers: readonly EdgeServer[] | undefined;
  now: Date;
}

/** The status of a stack from what its state wants and what was seen; `others` are the boxes that are no containers. */
export function statusOf(
  stack: string,
  url: string | undefined,
  releases: string[],
  wanted: readonly WantedBox[],
  seen: Seen,
  others: readonly StatusRow[] = [],
): StatusReport {
  const rows = [...wanted.map((box) => boxRow(box, seen)), ...others];
  const boxes = rows.map(({ status, requests }) => {
    const all = rows.filter(({ status: other }) => other.group === status.group).map((row) => row.requests);
    const total = all.reduce((sum, each) => sum + each, 0);
    return total > 0 && takesTraffic(status) ? { ...status, trafficShare: requests / total } : status;
  });
  const well = boxes.every(
    ({ state, health }) => ["running", "configured"].includes(state) && health !== "unhealthy",
  );
  return { stack, ...(url !== undefined && { url }), releases, boxes, well };
}

function takesTraffic({ kind }: BoxStatus): boolean {
  return kind === "fleet" || kind === "service" || kind === "host";
}

function boxRow(box: WantedBox, { containers, servers, now }: Seen): StatusRow {
  const facts = containers.find(({ Id }) => Id === box.id);
  const { name, group, kind, id } = box;
  const known = { box: name, group, kind, id };
  const isChecked = takesRequests(box) && servers !== undefined;
  if (!facts) {
    const health = isChecked ? "unhealthy" : "unchecked";
    return { status: { ...known, state: "missing", health, detail: "", restarts: 0 }, requests: 0 };
  }
  const own = ownServers(facts, servers ?? []);
  const status: BoxStatus = {
    ...known,
    image: facts.Image,
    state: facts.State.Status,
    ...healthBy(isChecked ? own : undefined),
    ageSeconds: ageSeconds(new Date(facts.Created), now),
    restarts: facts.RestartCount,
  };
  return { status, requests: own.reduce((sum, { requests }) => sum + requests, 0) };
}

/** Whether an application of a box is asked by the edge; those of workers are not. */
function takesRequests({ kind, networks }: WantedBox): boolean {
  return kind === "fleet" && Object.values(networks).flat().some(isApplicationAlias);
}

function ownServers(facts: ContainerFacts, servers: readonly EdgeServer[]): EdgeServer[] {
  const addresses = Object.values(facts.NetworkSettings.Networks)
    .map(({ IPAddress }) => IPAddress)
    .filter((address) => address !== "");
  return servers.filter(({ address }) => addresses.some((ip) => address.startsWith(`${ip}:`)));
}

/** Seconds from one moment to another; never fewer than none. */
export function ageSeconds(since: Date, now: Date): number {
  return Math.max(0, Math.round((now.getTime() - since.getTime()) / 1000));
}

/** What the edge's servers of a box say of it; undefined where no edge checks it. */
export function healthBy(servers: readonly EdgeServer[] | undefined): Pick<BoxStatus, "health" | "detail"> {
  if (!servers) return { health: "unchecked", detail: "" };
  if (servers.length === 0) return { health: "unhealthy", detail: "not seen by the edge" };
  const bad = servers.filter(({ healthy }) => !healthy);
  if (bad.length === 0) return { health: "healthy", detail: "" };
  return {
    health: "unhealthy",
    detail: bad.map(({ backend, detail }) => `${backend}: ${detail}`).join("; "),
  };
}
