import type { Problem } from "../problem.ts";
import { belowOf, restOf } from "../routes.ts";
import type { Application, Configuration } from "../schema.ts";
import { isServed } from "../worker.ts";
import { placed } from "./placed.ts";
import { duplicates } from "./problems.ts";

/** What is wrong in the host names and paths by which public applications are found: what nobody would do, and what nothing leads to. */
export function routeProblems(configuration: Configuration): Problem[] {
  return [
    ...publicProblems(configuration),
    ...Object.entries(configuration.applications).flatMap(([name, application]) =>
      isServed(application) ? prefixProblems(name, application) : [],
    ),
    ...hiddenProblems(configuration),
    ...balancerProblems(configuration),
    ...stickyProblems(configuration),
  ];
}

/** A public application that runs, with its host names. */
interface Public {
  name: string;
  hosts: readonly string[];
  pathPrefixes?: readonly string[] | undefined;
}

function publicsOf(configuration: Configuration): Public[] {
  return placed(configuration).flatMap((name) => {
    const application = configuration.applications[name];
    if (!application?.public || !isServed(application)) return [];
    return [
      { name, hosts: configuration.environment.hosts[name] ?? [], pathPrefixes: application.pathPrefixes },
    ];
  });
}

/**
 * Of several public applications, the first in the alphabet that has no paths of its own gets the requests that nothing sends elsewhere.
 * Host names decide before paths: paths of all names are no use where all other applications have names.
 */
function publicProblems(configuration: Configuration): Problem[] {
  const publics = publicsOf(configuration);
  const rest = restOf(publics);
  const whole = publics.filter(({ pathPrefixes }) => pathPrefixes === undefined);
  const isAllNamed = whole.length > 0 && whole.every(({ hosts }) => hosts.length > 0);
  return publics
    .filter(({ name, hosts }) => hosts.length === 0 && name !== rest?.name)
    .flatMap(({ name, pathPrefixes }) => {
      if (pathPrefixes !== undefined && !isAllNamed) return [];
      const others = pathPrefixes === undefined ? `${rest?.name ?? ""} is public too` : namedToo(whole);
      const expected = `host names of ${name}, since ${others}`;
      return [{ path: `environment.hosts.${name}`, expected, got: "nothing", fix: "add them" }];
    });
}

function namedToo(whole: readonly Public[]): string {
  const names = whole.map(({ name }) => name).join(", ");
  return `those of ${names} decide before a path`;
}

function prefixProblems(name: string, application: Application): Problem[] {
  const { pathPrefixes, stripPathPrefix, public: isPublic } = application;
  const path = `applications.${name}.pathPrefixes`;
  if (!pathPrefixes) {
    if (stripPathPrefix !== true) return [];
    const expected = "the paths that stripPathPrefix takes off";
    return [{ path, expected, got: "nothing", fix: "add them, or remove stripPathPrefix" }];
  }
  if (isPublic) return duplicates(["applications", name, "pathPrefixes"], pathPrefixes);
  const expected = "none, since the application is not public";
  return [{ path, expected, got: pathPrefixes.join(", "), fix: "add public: true, or remove it" }];
}

/** The web tier is told host names alone (WEB_ROUTES). */
function hiddenProblems({ applications, environment }: Configuration): Problem[] {
  return Object.entries(environment.hosts).flatMap(([name, hosts]) => {
    const application = applications[name];
    if (!application || application.public || !isServed(application)) return [];
    const expected = `one host name, since the web tier leads to ${name}, which is not public`;
    return wildcards(name, hosts, expected, "name each, or make it public");
  });
}

/** A load balancer of AWS is told host names alone. */
function balancerProblems(configuration: Configuration): Problem[] {
  const { edge, fleets } = configuration.environment;
  const targets = Object.values(fleets).map(({ target }) => target);
  if (edge || !targets.some((target) => target === "instances" || target === "beanstalk")) return [];
  const why = "since requests come by a load balancer of AWS, and not by an edge";
  return publicsOf(configuration).flatMap(({ name, hosts, pathPrefixes }) => [
    ...wildcards(name, hosts, `one host name, ${why}`, "name each, or add environment.edge"),
    ...(pathPrefixes ?? []).map((prefix, index) => ({
      path: `applications.${name}.pathPrefixes[${index}]`,
      expected: `none, ${why}`,
      got: prefix,
      fix: "use a host name, or add environment.edge",
    })),
  ]);
}

/** Between the edge and instances is a load balancer, and without an edge there is another: neither knows the edge's cookie. */
function stickyProblems({ applications, environment, fleets }: Configuration): Problem[] {
  return Object.entries(environment.fleets).flatMap(([fleet, { target }]) =>
    target !== "instances" && target !== "beanstalk"
      ? []
      : (fleets[fleet]?.applications ?? [])
          .filter((name) => applications[name]?.sticky === true)
          .map((name) => ({
            path: `applications.${name}.sticky`,
            expected: `none, since ${fleet} is behind a load balancer of AWS`,
            got: "true",
            fix: "remove it, or run the fleet in containers or on hosts",
          })),
  );
}

function wildcards(name: string, hosts: readonly string[], expected: string, fix: string): Problem[] {
  return hosts.flatMap((host, index) =>
    belowOf(host) === undefined
      ? []
      : [{ path: `environment.hosts.${name}[${index}]`, expected, got: host, fix }],
  );
}
