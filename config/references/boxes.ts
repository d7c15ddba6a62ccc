import { softAndHard, type Ulimits } from "../boxKeys.ts";
import type { Problem } from "../problem.ts";
import type { Configuration } from "../schema.ts";

/** What is wrong in what boxes have beyond the usual: limits that cannot be, and a first process where systemd is it. */
export function boxProblems(configuration: Configuration): Problem[] {
  const { applications, accessories, fleets } = configuration;
  const parts = [
    ...Object.entries(applications).map(([name, part]) => [`applications.${name}`, part] as const),
    ...Object.entries(accessories).map(([name, part]) => [`accessories.${name}`, part] as const),
  ];
  return [
    ...parts.flatMap(([path, { ulimits = {} }]) => ulimitProblems(`${path}.ulimits`, ulimits)),
    ...Object.entries(fleets).flatMap(([fleet, { applications: names, init }]) =>
      init === "systemd" || new Set(names).size > 1
        ? names.flatMap((name) => initProblems(name, fleet, configuration))
        : [],
    ),
  ];
}

/** What is wrong in limits by name: no number of files, or a soft one above the hard one. */
export function ulimitProblems(path: string, ulimits: Ulimits): Problem[] {
  return Object.entries(ulimits).flatMap(([name, limit]) => {
    const [soft, hard] = softAndHard(limit);
    const at = `${path}.${name}`;
    // The kernel gives nobody as many files as he likes.
    if (name === "nofile" && (soft === -1 || hard === -1))
      return [{ path: at, expected: "a number of files", got: "-1", fix: "name one, such as 1048576" }];
    if (hard === -1 || (soft !== -1 && soft <= hard)) return [];
    const expected = "a soft limit of at most the hard one";
    return [{ path: at, expected, got: `soft ${soft}, hard ${hard}`, fix: "correct one of them" }];
  });
}

function initProblems(name: string, fleet: string, { applications }: Configuration): Problem[] {
  if (applications[name]?.init !== true) return [];
  const expected = `none, since the boxes of ${fleet} run systemd, which is such a process`;
  return [{ path: `applications.${name}.init`, expected, got: "true", fix: "remove it" }];
}
