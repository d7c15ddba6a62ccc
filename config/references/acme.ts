import { acmeName } from "../acme.ts";
import type { Problem } from "../problem.ts";
import { belowOf } from "../routes.ts";
import type { Configuration } from "../schema.ts";
import { formatPath } from "../shape.ts";
import { volumeMounts } from "../volumes.ts";
import { placed } from "./placed.ts";

const place = ["environment", "edge", "tls"] as const;

/** What is wrong where an edge speaks TLS by certificates of an authority, or says not by which. */
export function acmeProblems(configuration: Configuration): Problem[] {
  const { tls } = configuration.environment.edge ?? {};
  if (!tls) return [];
  const expected = "either certificates or acme";
  if (!tls.acme && !tls.certificates) return [problem(place, expected, "neither", "add one of them")];
  if (!tls.acme) return [];
  return [
    ...(tls.certificates ? [problem(place, expected, "both", "remove one of them")] : []),
    ...nameProblems(configuration),
    ...engineProblems(configuration),
    ...takenNames(configuration),
  ];
}

/** The host names of the applications that run, each once: those that certificates are for. */
export function certifiedNames(configuration: Pick<Configuration, "environment" | "fleets">): string[] {
  const { hosts } = configuration.environment;
  return [...new Set(placed(configuration).flatMap((name) => hosts[name] ?? []))].sort();
}

function nameProblems(configuration: Configuration): Problem[] {
  const names = certifiedNames(configuration);
  if (names.length === 0) {
    const expected = "host names in environment.hosts, which its certificates are for";
    return [problem([...place, "acme"], expected, "none", "add them")];
  }
  return Object.entries(configuration.environment.hosts).flatMap(([application, hosts]) =>
    hosts.flatMap((name, index) => {
      const path = ["environment", "hosts", application, index];
      if (names.includes(name) && belowOf(name) !== undefined)
        return [
          problem(
            path,
            "a whole host name, since environment.edge.tls.acme proves names by HTTP-01, and those with a wildcard need DNS-01",
            name,
            "name each, or give its certificate by environment.edge.tls.certificates",
          ),
        ];
      if (names.includes(name) && /^[\d.]+$/.test(name))
        return [
          problem(path, "a name, which a certificate can be for", name, "name it by one, or remove it"),
        ];
      return [];
    }),
  );
}

/** An authority asks any of several machines that have one name; what it asks for is on the volume of one. */
function engineProblems({ environment }: Configuration): Problem[] {
  const engines = Object.keys(environment.engines);
  if (engines.length < 2) return [];
  const expected = "one engine at most, since environment.edge.tls.acme keeps its certificates on a volume";
  const fix = "give certificates (environment.edge.tls.certificates), or leave one engine";
  return [problem(["environment", "engines"], expected, engines.join(", "), fix)];
}

/** The box of the client is a fleet of its own, and has a volume of its own. */
function takenNames({ applications, ...sections }: Configuration): Problem[] {
  const taken = [
    ...(["fleets", "accessories"] as const)
      .filter((section) => Object.hasOwn(sections[section], acmeName))
      .map((section) => [section, acmeName]),
    ...Object.entries(applications)
      .filter(([, { volumes }]) => volumeMounts(volumes).some(({ volume }) => volume === acmeName))
      .map(([name]) => ["applications", name, "volumes", acmeName]),
  ];
  const expected = "another name than that of the box which environment.edge.tls.acme has";
  return taken.map((path) => problem(path, expected, acmeName, "rename it"));
}

function problem(path: readonly (string | number)[], expected: string, got: string, fix: string): Problem {
  return { path: formatPath(path), expected, got, fix };
}
