import type { EnvironmentFacts } from "../cloud/environments.ts";
import type { InstanceFacts, TargetHealth } from "../cloud/instances.ts";
import type { WantedEnvironment } from "../state/beanstalk.ts";
import type { WantedGroup } from "../state/instance.ts";
import { ageSeconds, type BoxStatus, type StatusRow } from "./report.ts";

/** The instances of one group, and those that are missing; `targets`: what its target groups say. */
export function instanceRows(
  { group, fleet, boxes, stateful, targetGroups, diskDigest }: WantedGroup,
  instances: readonly InstanceFacts[],
  targets: readonly TargetHealth[],
  now: Date,
): StatusRow[] {
  const own = instances.filter(({ tags }) => tags["immutable-fleets:group"] === group);
  const common = { group: fleet, kind: stateful ? "stateful" : "instance", restarts: 0 } as const;
  const present = own.map(({ id, state, launched, tags }): StatusRow => {
    const image = tags["immutable-fleets:disk-digest"];
    const health = targetHealth(
      targets.filter(({ box }) => box === id),
      targetGroups.length,
    );
    const known = { ...common, box: id, id, state, ...health, ageSeconds: ageSeconds(launched, now) };
    return { status: { ...known, ...(image !== undefined && { image }) }, requests: 0 };
  });
  const missing = Array.from({ length: Math.max(0, boxes - own.length) }, (): StatusRow => {
    const nothing = { box: "–", id: "", image: diskDigest, state: "missing", detail: "" };
    return { status: { ...common, ...nothing, health: "unhealthy" }, requests: 0 };
  });
  return [...present, ...missing];
}

function targetHealth(own: readonly TargetHealth[], wanted: number): Pick<BoxStatus, "health" | "detail"> {
  if (wanted === 0) return { health: "unchecked", detail: "" };
  const bad = own.filter(({ healthy }) => !healthy);
  if (bad.length > 0) return { health: "unhealthy", detail: bad.map(({ detail }) => detail).join("; ") };
  if (own.length < wanted) return { health: "unhealthy", detail: "not seen by a load balancer" };
  return { health: "healthy", detail: "" };
}

/** An environment of Elastic Beanstalk, which stands for all its boxes. `image`: what its fleet is to run. */
export function environmentRow(
  { fleet, environment, version }: WantedEnvironment,
  facts: EnvironmentFacts | undefined,
  image: string | undefined,
  now: Date,
): StatusRow {
  const known = { box: environment, group: fleet, kind: "beanstalk", id: environment, restarts: 0 } as const;
  if (!facts) return { status: { ...known, state: "missing", health: "unhealthy", detail: "" }, requests: 0 };
  const own = facts.version === version;
  const healthy = facts.health === "Green" && own;
  const detail = own
    ? [facts.health, facts.healthStatus].filter((part) => part !== "").join(" ")
    : `runs the version ${facts.version}`;
  return {
    status: {
      ...known,
      ...(image !== undefined && own && { image }),
      state: facts.status === "Ready" ? "running" : facts.status.toLowerCase(),
      health: healthy ? "healthy" : "unhealthy",
      detail: healthy ? "" : detail,
      ...(facts.updated && { ageSeconds: ageSeconds(facts.updated, now) }),
    },
    requests: 0,
  };
}
