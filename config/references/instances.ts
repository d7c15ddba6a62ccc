import type { Problem } from "../problem.ts";
import { behindEdgeProblems } from "./behindEdge.ts";
import { ec2VolumeDevice, type AwsSettings } from "../instances.ts";
import type { Configuration } from "../schema.ts";

/** What is wrong where fleets run on instances: what they need around them, and what is of another target. */
export function instanceProblems({
  environment,
  fleets,
  applications,
}: Pick<Configuration, "environment" | "fleets" | "applications">): Problem[] {
  const placements = Object.entries(environment.fleets);
  const onInstances = placements.filter(([, { target }]) => target === "instances");
  const onAws = placements.filter(([, { target }]) => target === "instances" || target === "handover");
  // What the other target needs may stand there, so that a move is one line.
  const mayMove = environment.edge !== undefined && environment.aws !== undefined;
  const networked = placements.some(([, { target }]) => target === "instances" || target === "beanstalk");
  return [
    ...placements.flatMap(([name, placement]) => strangeKeys(name, placement, mayMove)),
    ...onInstances.flatMap(([name, placement]) => placementProblems(name, placement, mayMove)),
    ...onInstances.flatMap(([name, placement]) => volumeProblems(name, placement, fleets[name]?.volumes)),
    ...(onAws.length > 0 ? surroundingProblems(environment) : []),
    ...(onAws.length > 0 && environment.edge
      ? behindEdgeProblems({ environment, fleets, applications })
      : []),
    ...(onAws.length > 0 && !environment.edge ? withoutEdgeProblems(environment) : []),
    ...(environment.aws && networked
      ? networkProblems(environment.aws, environment.edge !== undefined && onInstances.length > 0)
      : []),
    ...shareProblems(environment),
  ];
}

function problem(path: string, expected: string, got: string, fix: string): Problem {
  return { path: `environment.${path}`, expected, got, fix };
}

type Volumes = Configuration["fleets"][string]["volumes"];
type Placement = Configuration["environment"]["fleets"][string];

/** Keys that only instances have; `mayMove`: containers may have them for the day when they become instances. */
function strangeKeys(
  name: string,
  { target, instances, swap, stateful }: Placement,
  mayMove: boolean,
): Problem[] {
  if (target === "instances") return [];
  const kept = mayMove && (target === "containers" || target === "hosts");
  const type = target === "containers" && !kept ? instances : undefined;
  const steps = kept || target === "containers" ? undefined : swap;
  return Object.entries({ instances: type, swap: steps, stateful: stateful || undefined })
    .filter(([, value]) => value !== undefined)
    .map(([key]) =>
      problem(`fleets.${name}.${key}`, "target: instances beside it", target, "set it, or remove this"),
    );
}

/** Boxes that keep data have a place for it, and nothing that needs two boxes where one was. */
function statefulProblems(name: string, { stateful, instances, swap }: Placement): Problem[] {
  const path = `fleets.${name}.instances.data`;
  if (!stateful && instances?.data !== undefined)
    return [problem(path, "stateful: true beside it", "false", "set it, or remove this")];
  if (!stateful) return [];
  const missing =
    instances?.data === undefined
      ? [problem(path, "where the boxes keep their data", "nothing", "add data: {path: …}")]
      : [];
  const { maxBoxes, volumes } = instances ?? {};
  const needless = Object.entries({ swap, "instances.maxBoxes": maxBoxes, "instances.volumes": volumes })
    .filter(([, value]) => value !== undefined)
    .map(([key]) =>
      problem(`fleets.${name}.${key}`, "none where boxes are stateful", "one", "remove one of them"),
    );
  return [...missing, ...needless];
}

/** Each device that a box's disk wants mounted is there; a box without one does not start. */
function volumeProblems(name: string, placement: Placement, mounts: Volumes = {}): Problem[] {
  const { stateful, instances } = placement;
  const sizes = instances?.volumes ?? {};
  const path = `fleets.${name}.instances.volumes`;
  // The volume of a stateful box's data takes the place of the others.
  const wanted = Object.entries(mounts).filter(([mount]) => !stateful || mount !== instances?.data?.path);
  const missing = wanted
    .filter(([, device]) => !(device in sizes))
    .map(([mount, device]) => {
      const where = { path: `fleets.${name}.volumes["${mount}"]`, got: device };
      if (stateful) return { ...where, expected: "no path but that of the stateful data", fix: "remove it" };
      if (ec2VolumeDevice.test(device))
        return problem(path, `the size of ${device}, for ${mount}`, "nothing", `add "${device}": 20 GiB`);
      return { ...where, expected: "a device from /dev/sdf to /dev/sdp for instances", fix: "name one" };
    });
  const strange = Object.keys(sizes)
    .filter((device) => !wanted.some(([, each]) => each === device))
    .map((device) =>
      problem(`${path}["${device}"]`, `a device of fleets.${name}.volumes`, device, "mount it there"),
    );
  return [...missing, ...strange];
}

/** `mayMove`: limits that it had as containers may stay. */
function placementProblems(name: string, placement: Placement, mayMove: boolean): Problem[] {
  const { memory, cpus, boxes, instances } = placement;
  const problems = Object.entries(mayMove ? {} : { memory, cpus })
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) =>
      problem(
        `fleets.${name}.${key}`,
        "no limit of a container",
        String(value),
        "choose instances.type instead",
      ),
    );
  const most = instances?.maxBoxes;
  if (most !== undefined && most < boxes)
    problems.push(
      problem(`fleets.${name}.instances.maxBoxes`, `at least boxes (${boxes})`, String(most), "raise it"),
    );
  return [...problems, ...statefulProblems(name, placement)];
}

function surroundingProblems({ aws, release, promoteFrom }: Configuration["environment"]) {
  const problems: Problem[] = [];
  if (!aws)
    problems.push(problem("aws", "where the instances run", "nothing", "add aws: {region: …, zones: […]}"));
  if (release === undefined && promoteFrom === undefined)
    problems.push(
      problem(
        "promoteFrom",
        "a release that has machine images",
        "nothing",
        "name the stack that makes them",
      ),
    );
  return problems;
}

/** Without an edge, load balancers alone lead to the boxes. */
function withoutEdgeProblems({ fleets, accessories }: Configuration["environment"]): Problem[] {
  const other = Object.values(fleets).find(({ target }) => target !== "instances" && target !== "handover");
  const got = `${other?.target ?? ""} and instances`;
  const fix = other?.target === "beanstalk" ? "use two stacks" : "add an edge before both, or use two stacks";
  const mixed = other ? [problem("fleets", "one target in one environment", got, fix)] : [];
  const homeless = Object.entries(accessories)
    .filter(([, { address }]) => address === undefined)
    .map(([name]) =>
      problem(
        `accessories.${name}.address`,
        "where it runs",
        "nothing",
        "add its host name: it is no part of a swap",
      ),
    );
  return [...mixed, ...homeless];
}

/** Who is handed over to. */
function shareProblems({ aws, fleets }: Configuration["environment"]): Problem[] {
  const handedOver = Object.values(fleets).some(({ target }) => target === "handover");
  if (!handedOver || !aws || aws.share.length > 0) return [];
  return [problem("aws.share", "the accounts that fleets are handed over to", "nothing", "add their ids")];
}

/** `behindEdge`: there is no public load balancer. */
function networkProblems(
  { network, zones, certificate, plainHttp, region }: AwsSettings,
  behindEdge: boolean,
): Problem[] {
  const problems: Problem[] = [];
  const few = (path: string, kind: string, list: readonly string[]) => {
    if (new Set(list).size < 2)
      problems.push(problem(`aws.${path}`, `two or more ${kind}`, list.join(", ") || "none", "add another"));
  };
  if (network) {
    if (!behindEdge) few("network.publicSubnets", "subnets", network.publicSubnets);
    few("network.privateSubnets", "subnets", network.privateSubnets);
  } else few("zones", "zones, or a network", zones);
  zones.forEach((zone, index) => {
    if (!zone.startsWith(region))
      problems.push(problem(`aws.zones[${index}]`, `a zone of ${region}`, zone, "correct one of them"));
  });
  if (certificate === undefined && !plainHttp && !behindEdge)
    problems.push(
      problem(
        "aws.certificate",
        "a certificate for HTTPS",
        "nothing",
        "add one, or plainHttp: true for a test",
      ),
    );
  return problems;
}
