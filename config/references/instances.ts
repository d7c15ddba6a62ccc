import type { Problem } from "../problem.ts";
import { ec2VolumeDevice, type AwsSettings } from "../instances.ts";
import type { Configuration } from "../schema.ts";

/** What is wrong where fleets run on instances: what they need around them, and what is of another target. */
export function instanceProblems({
  environment,
  fleets,
}: Pick<Configuration, "environment" | "fleets">): Problem[] {
  const placements = Object.entries(environment.fleets);
  const onInstances = placements.filter(([, { target }]) => target === "instances");
  const onAws = placements.filter(([, { target }]) => target === "instances" || target === "handover");
  const networked = placements.some(([, { target }]) => target === "instances" || target === "beanstalk");
  return [
    ...placements.flatMap(([name, placement]) => strangeKeys(name, placement)),
    ...onInstances.flatMap(([name, placement]) => placementProblems(name, placement)),
    ...onInstances.flatMap(([name, placement]) => volumeProblems(name, placement, fleets[name]?.volumes)),
    ...(onAws.length > 0 ? surroundingProblems(environment) : []),
    ...(environment.aws && networked ? networkProblems(environment.aws) : []),
    ...shareProblems(environment),
  ];
}

function problem(path: string, expected: string, got: string, fix: string): Problem {
  return { path: `environment.${path}`, expected, got, fix };
}

type Volumes = Configuration["fleets"][string]["volumes"];
type Placement = Configuration["environment"]["fleets"][string];

/** Keys that only instances have. */
function strangeKeys(name: string, { target, instances, swap, stateful }: Placement): Problem[] {
  if (target === "instances") return [];
  const type = target === "containers" ? instances : undefined;
  return Object.entries({ instances: type, swap, stateful: stateful || undefined })
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

/** The steps of a canary rise, and end with all requests. */
function canaryProblems(name: string, { swap }: Placement): Problem[] {
  const steps = swap?.canary ?? [100];
  const rising = steps.every((percent, index) => index === 0 || percent > (steps[index - 1] ?? 0));
  if (rising && steps.at(-1) === 100) return [];
  const expected = "percents that rise and end with 100";
  return [problem(`fleets.${name}.swap.canary`, expected, steps.join(", "), "correct them")];
}

function placementProblems(name: string, placement: Placement): Problem[] {
  const { memory, cpus, boxes, instances } = placement;
  const problems = Object.entries({ memory, cpus })
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
  return [...problems, ...canaryProblems(name, placement), ...statefulProblems(name, placement)];
}

function surroundingProblems({
  aws,
  release,
  promoteFrom,
  fleets,
  edge,
  accessories,
}: Configuration["environment"]) {
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
  const other = Object.values(fleets).find(({ target }) => target !== "instances" && target !== "handover");
  if (other)
    problems.push(
      problem("fleets", "one target in one environment", `${other.target} and instances`, "use two stacks"),
    );
  if (edge) problems.push(problem("edge", "none: load balancers take its place", "an edge", "remove it"));
  for (const [name, { address }] of Object.entries(accessories)) {
    if (address === undefined)
      problems.push(
        problem(
          `accessories.${name}.address`,
          "where it runs",
          "nothing",
          "add its host name: it is no part of a swap",
        ),
      );
  }
  return problems;
}

/** Who is handed over to. */
function shareProblems({ aws, fleets }: Configuration["environment"]): Problem[] {
  const handedOver = Object.values(fleets).some(({ target }) => target === "handover");
  if (!handedOver || !aws || aws.share.length > 0) return [];
  return [problem("aws.share", "the accounts that fleets are handed over to", "nothing", "add their ids")];
}

function networkProblems({ network, zones, certificate, plainHttp, region }: AwsSettings): Problem[] {
  const problems: Problem[] = [];
  const few = (path: string, kind: string, list: readonly string[]) => {
    if (new Set(list).size < 2)
      problems.push(problem(`aws.${path}`, `two or more ${kind}`, list.join(", ") || "none", "add another"));
  };
  if (network) {
    few("network.publicSubnets", "subnets", network.publicSubnets);
    few("network.privateSubnets", "subnets", network.privateSubnets);
  } else few("zones", "zones, or a network", zones);
  zones.forEach((zone, index) => {
    if (!zone.startsWith(region))
      problems.push(problem(`aws.zones[${index}]`, `a zone of ${region}`, zone, "correct one of them"));
  });
  if (certificate === undefined && !plainHttp)
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
