import type { Problem } from "../problem.ts";
import type { Configuration } from "../schema.ts";

/** What is wrong where fleets run on Elastic Beanstalk: what it needs, and what it does not have. */
export function beanstalkProblems(configuration: Configuration): Problem[] {
  const { environment, registry } = configuration;
  const placed = Object.entries(environment.fleets).filter(([, { target }]) => target === "beanstalk");
  if (placed.length === 0) return [];
  const { aws, release, promoteFrom, edge, fleets } = environment;
  const needs: [unknown, string, string, string][] = [
    [aws, "environment.aws", "where the environments run", "add aws: {region: …, zones: […]}"],
    [
      aws?.beanstalkPlatform,
      "environment.aws.beanstalkPlatform",
      "the Docker platform's ARN",
      "aws elasticbeanstalk list-platform-versions tells them",
    ],
    [release ?? promoteFrom, "environment.promoteFrom", "a release", "name the stack that makes it"],
    [registry, "registry", "a registry that Elastic Beanstalk can pull from", "add registry: {prefix: …}"],
  ];
  const missing = needs.flatMap(([value, path, expected, fix]) =>
    value === undefined ? [{ path, expected, got: "nothing", fix }] : [],
  );
  const mixed = Object.values(fleets).some(({ target }) => target !== "beanstalk");
  return [
    ...missing,
    ...(mixed
      ? [other("environment.fleets", "one target in one environment", "several", "use two stacks")]
      : []),
    ...(edge
      ? [other("environment.edge", "none: each environment has a balancer", "an edge", "remove it")]
      : []),
    ...placed.flatMap(([name]) => oneApplication(name, configuration)),
    ...placed.flatMap(([name, { instances }]) => noVolumes(name, instances?.volumes)),
  ];
}

/** The Docker platform runs one container on each instance. */
function oneApplication(name: string, { fleets }: Configuration): Problem[] {
  const applications = fleets[name]?.applications ?? [];
  if (applications.length <= 1) return [];
  const path = `fleets.${name}.applications`;
  return [other(path, "one application", applications.join(", "), "give each a fleet of its own")];
}

/** Its boxes are not of our disks, which alone mount volumes. */
function noVolumes(name: string, volumes: Readonly<Record<string, string>> = {}): Problem[] {
  const devices = Object.keys(volumes).join(", ");
  if (devices === "") return [];
  const path = `environment.fleets.${name}.instances.volumes`;
  return [other(path, "none for boxes of Elastic Beanstalk", devices, "remove it")];
}

function other(path: string, expected: string, got: string, fix: string): Problem {
  return { path, expected, got, fix };
}
