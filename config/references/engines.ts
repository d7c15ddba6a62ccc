import type { Problem } from "../problem.ts";
import type { Configuration } from "../schema.ts";

/** What is wrong where containers run on the engines of other machines: what these cannot run, or not twice. */
export function engineProblems({ environment }: Pick<Configuration, "environment">): Problem[] {
  const { engines, edge } = environment;
  const names = Object.keys(engines);
  if (names.length === 0) return [];
  const internal = edge?.internalAddress;
  return [
    ...machinesTwice(engines),
    ...Object.entries(environment.fleets).flatMap(([fleet, placement]) => strangers(fleet, placement)),
    ...(internal === undefined
      ? []
      : [problem("edge.internalAddress", "none where boxes run on other engines", internal, "remove it")]),
    ...(names.length > 1 ? sharedData(environment) : []),
  ];
}

type Environment = Configuration["environment"];

function problem(path: string, expected: string, got: string, fix: string): Problem {
  return { path: `environment.${path}`, expected, got, fix };
}

function machinesTwice(engines: Environment["engines"]): Problem[] {
  const seen = new Set<string>();
  return Object.entries(engines).flatMap(([name, { address, port }]) => {
    const machine = `${address}:${port}`;
    if (seen.has(machine))
      return [problem(`engines.${name}.address`, "each machine once", machine, "remove the second")];
    seen.add(machine);
    return [];
  });
}

/** Engines run containers, and nothing beside them. */
function strangers(fleet: string, { target, hosts }: Environment["fleets"][string]): Problem[] {
  if (target !== "containers")
    return [
      problem(
        `fleets.${fleet}.target`,
        "containers, since environment.engines names engines",
        target,
        "use two stacks",
      ),
    ];
  if (!hosts) return [];
  const expected = "no mutable hosts, since environment.engines names engines";
  return [problem(`fleets.${fleet}.hosts`, expected, "some", "use two stacks")];
}

/** What one engine has on a volume, the others do not have. */
function sharedData({ accessories, engines }: Environment): Problem[] {
  return Object.entries(accessories)
    .filter(([, { address }]) => address === undefined)
    .map(([name]) =>
      problem(
        `accessories.${name}.address`,
        `an address that all ${Object.keys(engines).length} engines reach`,
        "nothing",
        "run it elsewhere and add its host name",
      ),
    );
}
