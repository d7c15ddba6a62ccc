import { show, type Problem } from "../problem.ts";
import { applicationSchema, type Application, type Configuration } from "../schema.ts";
import { isServed } from "../worker.ts";

/** What is wrong in applications without a port: what only means something with one; and how several of a box show that they work. */
export function workerProblems({ applications, fleets, environment }: Configuration): Problem[] {
  return [
    ...Object.entries(applications).flatMap(([name, application]) =>
      isServed(application) ? servedProblems(name, application) : idleKeys(name, application),
    ),
    ...Object.keys(environment.hosts).flatMap((name) => {
      const application = applications[name];
      if (!application || isServed(application)) return [];
      const expected = "host names of applications with a port";
      return [
        {
          path: `environment.hosts.${name}`,
          expected,
          got: "those of a worker",
          fix: "remove it, or add a port",
        },
      ];
    }),
    ...Object.entries(fleets).flatMap(([fleet, { applications: names }]) => {
      const ready = [...new Set(names)].filter((name) => applications[name]?.ready !== undefined);
      if (ready.length < 2) return [];
      const expected = "one application with `ready` on its boxes";
      return [
        {
          path: `fleets.${fleet}.applications`,
          expected,
          got: ready.join(" and "),
          fix: "give them fleets of their own",
        },
      ];
    }),
  ];
}

function servedProblems(name: string, { ready }: Application): Problem[] {
  if (!ready) return [];
  const expected = "none beside a port, whose health path says it";
  return [
    {
      path: `applications.${name}.ready`,
      expected,
      got: show(ready),
      fix: "remove it, or the port of a worker",
    },
  ];
}

/** What a request or its answer is said of; what stands there as it is by itself is not noticed. */
function idleKeys(name: string, application: Application): Problem[] {
  const usual = applicationSchema.shape;
  const keys = { health: usual.health, healthStatus: usual.healthStatus, public: usual.public } as const;
  const given = [
    ...(Object.keys(keys) as (keyof typeof keys)[]).filter(
      (key) => application[key] !== keys[key].parse(undefined),
    ),
    ...(["ports", "healthHost", "pathPrefixes", "stripPathPrefix", "sticky"] as const).filter(
      (key) => application[key] !== undefined,
    ),
  ];
  return given.map((key) => ({
    path: `applications.${name}.${key}`,
    expected: "nothing of requests for an application without a port",
    got: show(application[key]),
    fix: "add its port, or remove it",
  }));
}
