import { formatPath } from "../shape.ts";
import type { Problem } from "../problem.ts";
import type { Configuration } from "../schema.ts";
import { layersBelow } from "./layers.ts";
import { duplicate, unknown } from "./problems.ts";

/** What is wrong in the fleets: which applications share a box. */
export function fleetProblems(configuration: Configuration): Problem[] {
  return [
    ...memberProblems(configuration),
    ...Object.keys(configuration.fleets).flatMap((fleet) => baseProblems(fleet, configuration)),
  ];
}

function memberProblems({ fleets, applications }: Configuration): Problem[] {
  const homes = new Map<string, string>();
  return Object.entries(fleets).flatMap(([fleet, { applications: members }]) =>
    members.flatMap((application, index) => {
      const path = ["fleets", fleet, "applications", index];
      if (!Object.hasOwn(applications, application))
        return [unknown(path, "application", application, Object.keys(applications))];
      const home = homes.get(application);
      homes.set(application, fleet);
      if (home === undefined) return [];
      if (home === fleet) return [duplicate(path, application)];
      return [
        {
          path: formatPath(path),
          expected: "an application in one fleet",
          got: `${application}, which is in ${home}`,
          fix: "remove it from one of them",
        },
      ];
    }),
  );
}

/** Applications on one box are layers of one image, which has one base. */
function baseProblems(fleet: string, { fleets, applications, layers }: Configuration): Problem[] {
  const bases = (fleets[fleet]?.applications ?? []).flatMap((name) =>
    layersBelow(layers, applications[name]?.layer ?? "").slice(0, 1),
  );
  // An existing image has its boxes for itself, which is told elsewhere.
  const distinct = [...new Set(bases)].filter((base) => layers[base]?.image === undefined);
  if (distinct.length < 2 || distinct.some((base) => layers[base]?.on !== undefined)) return [];
  return [
    {
      path: `fleets.${fleet}.applications`,
      expected: "applications on one base",
      got: distinct.join(" and "),
      fix: "give them fleets of their own, or put their layers on one base",
    },
  ];
}
