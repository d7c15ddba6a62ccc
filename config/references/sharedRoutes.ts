import type { Problem } from "../problem.ts";
import { formatPath } from "../shape.ts";
import type { Configuration } from "../schema.ts";
import { placed } from "./placed.ts";
import { duplicate } from "./problems.ts";

/** Host names, paths of them, and paths of all host names that two applications claim. */
export function sharedRouteProblems(configuration: Configuration): Problem[] {
  return [...sharedHosts(configuration), ...sharedPrefixes(configuration)];
}

function sharedHosts({ applications, environment }: Configuration): Problem[] {
  const holders = new Map<string, string>();
  return Object.entries(environment.hosts).flatMap(([name, hosts]) =>
    hosts.flatMap((host, index) => {
      const path = ["environment", "hosts", name, index];
      if (hosts.indexOf(host) < index) return [duplicate(path, host)];
      // One without a port has no host names, and is told that elsewhere.
      const prefixes = applications[name]?.pathPrefixes ?? [""];
      return prefixes.flatMap((prefix) => {
        const holder = heldBy(holders, host + prefix, name);
        if (holder === undefined) return [];
        return prefix === "" ? [duplicate(path, host)] : [claimed(path, host + prefix, holder)];
      });
    }),
  );
}

/** Of applications that have no host names: their paths are those of all names. */
function sharedPrefixes(configuration: Configuration): Problem[] {
  const { applications, environment } = configuration;
  const holders = new Map<string, string>();
  return placed(configuration)
    .filter((name) => (environment.hosts[name] ?? []).length === 0)
    .flatMap((name) =>
      (applications[name]?.pathPrefixes ?? []).flatMap((prefix, index, all) => {
        if (all.indexOf(prefix) < index) return [];
        const holder = heldBy(holders, prefix, name);
        const path = ["applications", name, "pathPrefixes", index];
        return holder === undefined ? [] : [claimed(path, prefix, holder)];
      }),
    );
}

/** Which other application has it already; from now on this one has it where none did. */
function heldBy(holders: Map<string, string>, what: string, name: string): string | undefined {
  const holder = holders.get(what);
  if (holder === undefined) holders.set(what, name);
  return holder === name ? undefined : holder;
}

function claimed(path: readonly PropertyKey[], what: string, holder: string): Problem {
  return {
    path: formatPath(path),
    expected: "a host name and path of its own",
    got: `${what}, that of ${holder}`,
    fix: "give one of them another (environment.hosts, pathPrefixes)",
  };
}
