import { furtherPorts } from "../ports.ts";
import { formatPath } from "../shape.ts";
import type { Problem } from "../problem.ts";
import type { Configuration, EdgeSettings } from "../schema.ts";
import { unknown } from "./problems.ts";

/** What is wrong in what is published: ports that are not there, or are published twice, and nothing that publishes them. */
export function publishedProblems(configuration: Configuration): Problem[] {
  const { edge } = configuration.environment;
  const further = publishedFurther(configuration);
  return [
    ...unknownPorts(configuration),
    ...(edge ? [...twice(edge, further), ...atInternalAddress(edge, further, configuration)] : []),
    ...(edge ? [] : further.map(({ path, port }) => withoutEdge(path, port))),
  ];
}

/** A port of the machine, and where it is configured. */
interface Published {
  path: string;
  port: number;
}

function publishedFurther({ environment }: Pick<Configuration, "environment">): Published[] {
  return Object.entries(environment.applications).flatMap(([application, { published = {} }]) =>
    Object.entries(published).map(([name, port]) => ({
      path: formatPath(["environment", "applications", application, "published", name]),
      port,
    })),
  );
}

function unknownPorts({ environment, applications }: Configuration): Problem[] {
  return Object.entries(environment.applications).flatMap(([name, { published = {} }]) => {
    const application = applications[name];
    if (!application) return [];
    const known = furtherPorts(application).map((each) => each.name);
    return Object.keys(published)
      .filter((each) => !known.includes(each))
      .map((each) =>
        unknown(["environment", "applications", name, "published", each], `port of ${name}`, each, known),
      );
  });
}

function withoutEdge(path: string, port: number): Problem {
  const expected = "an edge, which publishes it";
  return { path, expected, got: String(port), fix: "add environment.edge, or remove it" };
}

/** Ports of the edge's machine that are published twice. */
function twice({ port, tls, metrics }: EdgeSettings, further: readonly Published[]): Problem[] {
  const published = [
    { path: "environment.edge.port", port },
    ...(tls ? [{ path: "environment.edge.tls.port", port: tls.port }] : []),
    ...(metrics ? [{ path: "environment.edge.metrics.port", port: metrics.port }] : []),
    ...further,
  ];
  return published.flatMap((each, index) => {
    const first = published.slice(0, index).find((other) => other.port === each.port);
    if (!first) return [];
    const got = `${each.port}, that of ${first.path}`;
    return [{ path: each.path, expected: "a published port of its own", got, fix: "choose another" }];
  });
}

/** Hosts and instances reach every application there, each at its port. */
function atInternalAddress(
  { address, internalAddress }: EdgeSettings,
  further: readonly Published[],
  { applications }: Configuration,
): Problem[] {
  if (internalAddress === undefined || !["0.0.0.0", "::", internalAddress].includes(address)) return [];
  const ports = Object.entries(applications).flatMap(([name, application]) => [
    ...(application.port === undefined ? [] : [{ path: `applications.${name}`, port: application.port }]),
    ...furtherPorts(application).map((each) => ({
      path: `applications.${name}.ports.${each.name}`,
      port: each.port,
    })),
  ]);
  return further.flatMap(({ path, port }) => {
    const other = ports.find((each) => each.port === port);
    if (!other) return [];
    const expected = `another port than those at environment.edge.internalAddress`;
    return [{ path, expected, got: `${port}, the port of ${other.path}`, fix: "choose another" }];
  });
}
