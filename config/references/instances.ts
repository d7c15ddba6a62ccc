import type { Problem } from "../problem.ts";
import type { AwsSettings } from "../instances.ts";
import type { Configuration } from "../schema.ts";

/** What is wrong where fleets run on instances: what they need around them, and what is of another target. */
export function instanceProblems({ environment }: Configuration): Problem[] {
  const placements = Object.entries(environment.fleets);
  const onInstances = placements.filter(([, { target }]) => target === "instances");
  return [
    ...placements.flatMap(([name, { target, instances }]) =>
      instances !== undefined && target !== "instances"
        ? [
            problem(
              `fleets.${name}.instances`,
              "target: instances beside it",
              target,
              "set it, or remove this",
            ),
          ]
        : [],
    ),
    ...onInstances.flatMap(([name, placement]) => placementProblems(name, placement)),
    ...(onInstances.length > 0 ? surroundingProblems(environment) : []),
    ...(environment.aws ? networkProblems(environment.aws) : []),
  ];
}

function problem(path: string, expected: string, got: string, fix: string): Problem {
  return { path: `environment.${path}`, expected, got, fix };
}

type Placement = Configuration["environment"]["fleets"][string];

function placementProblems(name: string, { memory, cpus, boxes, instances }: Placement): Problem[] {
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
  return problems;
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
  const mixed = Object.values(fleets).some(({ target }) => target !== "instances");
  if (mixed)
    problems.push(
      problem("fleets", "one target in one environment", "containers and instances", "use two stacks"),
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
