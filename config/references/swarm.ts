import type { Problem } from "../problem.ts";
import { hasSchedules } from "../schedules.ts";
import type { Configuration } from "../schema.ts";

/** What is wrong where boxes run on a Swarm: what it cannot run, and what its machines lack. */
export function swarmProblems(configuration: Configuration): Problem[] {
  const { environment } = configuration;
  if (!environment.swarm)
    return Object.entries(environment.fleets).flatMap(([fleet, { swarm }]) =>
      swarm
        ? [
            problem(
              `environment.fleets.${fleet}.swarm`,
              "none without environment.swarm",
              "some",
              "remove it",
            ),
          ]
        : [],
    );
  return [
    ...registryProblems(configuration),
    ...besideProblems(environment),
    ...Object.entries(environment.fleets).flatMap(([fleet, placement]) =>
      placementProblems(fleet, placement),
    ),
    ...Object.keys(environment.fleets).flatMap((fleet) => boxProblems(fleet, configuration)),
  ];
}

type Environment = Configuration["environment"];

function problem(path: string, expected: string, got: string, fix: string): Problem {
  return { path, expected, got, fix };
}

/** Machines take images from a registry, by digest. */
function registryProblems({ registry, environment }: Configuration): Problem[] {
  const why = "since environment.swarm has machines that take their images from there";
  if (!registry) {
    const fix = "add registry: { prefix: … }, which all of them reach";
    return [problem("registry.prefix", `a registry, ${why}`, "nothing", fix)];
  }
  const isTaken = environment.release !== undefined || environment.promoteFrom !== undefined;
  if (registry.push || isTaken) return [];
  return [problem("registry.push", `true, ${why}`, "false", "remove it, or take a release")];
}

/** What an environment has beside its fleets that no Swarm runs yet. */
function besideProblems({ engines, edge, accessories }: Environment): Problem[] {
  const on = "on a Swarm";
  return [
    ...(Object.keys(engines).length === 0
      ? []
      : [problem("environment.engines", "none beside environment.swarm", "some", "use two stacks")]),
    ...(edge?.internalAddress === undefined
      ? []
      : [problem("environment.edge.internalAddress", `none ${on}`, edge.internalAddress, "remove it")]),
    ...(edge?.tls?.acme
      ? [problem("environment.edge.tls.acme", `none ${on}`, "some", "give certificates instead")]
      : []),
    ...Object.entries(accessories)
      .filter(([, { address }]) => address === undefined)
      .map(([name]) =>
        problem(
          `environment.accessories.${name}.address`,
          "an address that all machines of environment.swarm reach",
          "nothing",
          "run it elsewhere (a stack of its own with environment.engines) and add its host name",
        ),
      ),
  ];
}

function placementProblems(fleet: string, placement: Environment["fleets"][string]): Problem[] {
  const { target, hosts, swap } = placement;
  const path = `environment.fleets.${fleet}`;
  const why = "since environment.swarm is there";
  return [
    ...(target === "containers"
      ? []
      : [problem(`${path}.target`, `containers, ${why}`, target, "use two stacks")]),
    ...(hosts ? [problem(`${path}.hosts`, `no mutable hosts, ${why}`, "some", "use two stacks")] : []),
    ...(swap
      ? [
          problem(
            `${path}.swap`,
            "none on a Swarm, where all new boxes are made beside all old ones",
            "some",
            "remove it",
          ),
        ]
      : []),
  ];
}

/** What boxes on a Swarm cannot have. */
function boxProblems(fleet: string, configuration: Configuration): Problem[] {
  const { fleets } = configuration;
  const { init, applications: names = [] } = fleets[fleet] ?? {};
  const systemd =
    init === "systemd"
      ? [
          problem(
            `fleets.${fleet}.init`,
            "foreground on a Swarm, whose boxes have no systemd",
            init,
            "remove it",
          ),
        ]
      : [];
  const several =
    new Set(names).size > 1 && init === undefined
      ? [
          problem(
            `fleets.${fleet}.applications`,
            "one on a Swarm, whose boxes have no systemd that runs several",
            names.join(", "),
            "give each a fleet of its own",
          ),
        ]
      : [];
  return [
    ...systemd,
    ...several,
    ...[...new Set(names)].flatMap((name) =>
      notThere(name, configuration).map(([key, fix]) =>
        problem(`applications.${name}.${key}`, "none where it runs on a Swarm", "some", fix),
      ),
    ),
  ];
}

/** Keys of an application that have no place on a Swarm, each with the way out. */
function notThere(name: string, { applications, environment }: Configuration): [key: string, fix: string][] {
  const application = applications[name];
  if (!application) return [];
  const { volumes = {}, volatile, ready, ulimits, shmSize } = application;
  const before = environment.applications[name]?.before ?? application.before ?? [];
  const found: [boolean, string, string][] = [
    [Object.keys(volumes).length > 0, "volumes", "keep its data elsewhere, or run it on one engine"],
    [hasSchedules(application), "schedules", "run it on one engine"],
    [
      before.length > 0,
      "before",
      `set environment.applications.${name}.before: [], and run its tasks by a stack on one engine`,
    ],
    [ready !== undefined, "ready", "remove it: a box is well there while it runs"],
    [ulimits !== undefined, "ulimits", "set them by the engines of the machines"],
    [shmSize !== undefined, "shmSize", "run it on one engine"],
    [volatile.some((path) => path.endsWith(":exec")), "volatile with :exec", "run programs from its image"],
  ];
  return found.filter(([isThere]) => isThere).map(([, key, fix]) => [key, fix]);
}
