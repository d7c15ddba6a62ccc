import { edgeName, edgeServers } from "../edge.ts";
import { formatPath } from "../shape.ts";
import type { Problem } from "../problem.ts";
import type { Configuration, Environment } from "../schema.ts";
import { runnableProblems } from "./layers.ts";
import { placed } from "./placed.ts";
import { duplicates, unknown } from "./problems.ts";
import { publishedProblems } from "./publishedPorts.ts";
import { routeProblems } from "./routes.ts";
import { sharedRouteProblems } from "./sharedRoutes.ts";

/** What is wrong in an environment: what it names, and what it lacks. */
export function environmentProblems(configuration: Configuration): Problem[] {
  const { environment, fleets, accessories, applications, layers } = configuration;
  return [
    ...unknownKeys("fleets", "fleet", environment.fleets, fleets),
    ...unknownKeys("applications", "application", environment.applications, applications),
    ...unknownKeys("accessories", "accessory", environment.accessories, accessories),
    ...unknownKeys("hosts", "application", environment.hosts, applications),
    ...sharedRouteProblems(configuration),
    ...conflictProblems(configuration),
    ...routeProblems(configuration),
    ...edgeProblems(configuration),
    ...publishedProblems(configuration),
    ...(environment.edge
      ? runnableProblems(["environment", "edge", "layer"], environment.edge.layer, layers)
      : []),
    ...missingAccessories(configuration),
    ...duplicates(["environment", "generatedSecrets"], environment.generatedSecrets),
    ...rotationProblems(environment),
  ];
}

/** What is wrong with secrets that are to be made anew: nobody makes them, or backups can be read by the present one alone. */
function rotationProblems({ rotatedSecrets, generatedSecrets, accessories }: Environment): Problem[] {
  const keys = Object.values(accessories).map(({ backup }) => backup?.key);
  return Object.keys(rotatedSecrets).flatMap((name) => {
    const path = ["environment", "rotatedSecrets", name];
    if (!generatedSecrets.includes(name)) return [unknown(path, "generated secret", name, generatedSecrets)];
    if (!keys.includes(name)) return [];
    return [
      {
        path: formatPath(path),
        expected: "a secret that is no key of backups",
        got: "one that those which exist can be read by alone",
        fix: "take it away; for other backups name another secret as their key, and keep this one",
      },
    ];
  });
}

function unknownKeys(section: string, kind: string, given: object, known: object): Problem[] {
  return Object.keys(given)
    .filter((key) => !Object.hasOwn(known, key))
    .map((key) => unknown(["environment", section, key], kind, key, Object.keys(known)));
}

/** A variable that two applications of one box want to be different. */
function conflictProblems({ environment, fleets }: Configuration): Problem[] {
  return Object.keys(environment.fleets).flatMap((fleet) => {
    const given = new Map<string, { application: string; value: string }>();
    const own = environment.fleets[fleet]?.environment ?? {};
    return (fleets[fleet]?.applications ?? []).flatMap((application) =>
      Object.entries(environment.applications[application]?.environment ?? {}).flatMap(
        ([variable, value]) => {
          const other = given.get(variable);
          if (!other) given.set(variable, { application, value: String(value) });
          if (!other || other.value === String(value) || Object.hasOwn(own, variable)) return [];
          return [
            {
              path: `environment.applications.${application}.environment.${variable}`,
              expected: `one value on the boxes of ${fleet}`,
              got: `another than that of ${other.application}`,
              fix: `set it in environment.fleets.${fleet}.environment, or give one of them a fleet of its own`,
            },
          ];
        },
      ),
    );
  });
}

/** Names that are the edge's own in the network. */
function edgeProblems(configuration: Configuration): Problem[] {
  const { edge } = configuration.environment;
  if (!edge) return [];
  const servers = placed(configuration)
    .filter((name) => edgeServers.includes(name))
    .map((name) => ({
      path: formatPath(["applications", name]),
      expected: `another name than those of the edge's servers (${edgeServers.join(", ")})`,
      got: name,
      fix: "rename it",
    }));
  const names = (["fleets", "accessories"] as const)
    .filter((section) => Object.hasOwn(configuration[section], edgeName))
    .map((section) => ({
      path: formatPath([section, edgeName]),
      expected: "another name than the edge's own",
      got: edgeName,
      fix: "rename it",
    }));
  return [...servers, ...names];
}

function missingAccessories(configuration: Configuration): Problem[] {
  const { applications, accessories, environment } = configuration;
  return [...new Set(placed(configuration))].flatMap((application) =>
    (applications[application]?.uses ?? [])
      .filter((use) => Object.hasOwn(accessories, use) && !Object.hasOwn(environment.accessories, use))
      .map((use) => ({
        path: `environment.accessories.${use}`,
        expected: `the accessory that ${application} uses`,
        got: "nothing",
        fix: `add ${use}: {}`,
      })),
  );
}
