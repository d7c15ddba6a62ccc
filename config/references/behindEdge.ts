import type { Problem } from "../problem.ts";
import type { Configuration } from "../schema.ts";

type Environment = Configuration["environment"];

/** Targets that one edge has behind it, side by side. */
const sideBySide: readonly string[] = ["containers", "hosts", "instances"];

/** What is wrong where instances stand behind the edge of their environment. */
export function behindEdgeProblems(
  configuration: Pick<Configuration, "environment" | "fleets" | "applications">,
): Problem[] {
  const { environment } = configuration;
  return [
    ...strangers(environment),
    ...wayIn(environment),
    ...wayBack(environment),
    ...homelessAccessories(configuration),
  ];
}

function problem(path: string, expected: string, got: string, fix: string): Problem {
  return { path: `environment.${path}`, expected, got, fix };
}

/** Elastic Beanstalk says the same of itself (beanstalk.ts). */
function strangers({ fleets }: Environment): Problem[] {
  return Object.entries(fleets)
    .filter(([, { target }]) => !sideBySide.includes(target) && target !== "beanstalk")
    .map(([name, { target }]) =>
      problem(
        `fleets.${name}.target`,
        "containers, hosts or instances behind the edge",
        target,
        "use two stacks",
      ),
    );
}

function wayIn({ aws, fleets }: Environment): Problem[] {
  const isThere = Object.values(fleets).some(({ target }) => target === "instances");
  if (!isThere || !aws || aws.edgeRange !== undefined) return [];
  const expected = "the addresses from which the edge reaches the instances' load balancer";
  return [problem("aws.edgeRange", expected, "nothing", "add them, such as 10.0.0.1/32")];
}

/** Boxes are told where all applications are, those behind the edge too. */
function wayBack({ edge, engines, fleets }: Environment): Problem[] {
  const others = Object.entries(fleets).filter(([, { target }]) => ["containers", "hosts"].includes(target));
  // Engines of other machines are refused beside instances anyway.
  if (others.length === 0 || edge?.internalAddress !== undefined || Object.keys(engines).length > 0)
    return [];
  const names = others.map(([name]) => name).join(", ");
  const expected = `the address at which instances reach the applications of ${names}`;
  return [problem("edge.internalAddress", expected, "nothing", "add one of the edge's machine")];
}

/** Those of the engine's network are out of the instances' reach. */
function homelessAccessories({
  environment,
  fleets,
  applications,
}: Pick<Configuration, "environment" | "fleets" | "applications">): Problem[] {
  const used = Object.entries(environment.fleets)
    .filter(([, { target }]) => target === "instances")
    .flatMap(([name]) => fleets[name]?.applications ?? [])
    .flatMap((name) => applications[name]?.uses ?? []);
  return [...new Set(used)]
    .filter((name) => name in environment.accessories && environment.accessories[name]?.address === undefined)
    .map((name) =>
      problem(
        `accessories.${name}.address`,
        "an address that the instances reach",
        "nothing",
        "run it elsewhere and add its host name",
      ),
    );
}
