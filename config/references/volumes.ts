import { acmeName } from "../acme.ts";
import { suggest, type Problem } from "../problem.ts";
import type { Application, Configuration } from "../schema.ts";
import { hasSchedules, schedulesName } from "../schedules.ts";
import { volumeMounts, type VolumeMount } from "../volumes.ts";

/** What is wrong in the named volumes of applications: two at one place, several engines, or an environment that says something of none. */
export function volumeProblems(configuration: Configuration): Problem[] {
  const { applications, fleets, environment } = configuration;
  const known = new Set([
    ...Object.entries(applications).flatMap(([name, application]) => volumeNames(name, application)),
    ...(environment.edge?.tls?.acme ? [acmeName] : []),
  ]);
  return [
    ...Object.entries(applications).flatMap(([name, { volumes, volatile }]) =>
      volumeMounts(volumes).flatMap((mount) => placeProblems(name, mount, volatile)),
    ),
    ...Object.values(fleets).flatMap(({ applications: names }) => sharedPlaces(names, configuration)),
    ...engineProblems(configuration),
    ...Object.keys(environment.volumes).flatMap((name) => {
      if (known.has(name)) return [];
      const [path, expected] = [`environment.volumes.${name}`, "a volume of an application"];
      return [{ path, expected, got: name, fix: suggest(name, [...known]) }];
    }),
  ];
}

/** The named volumes of an application: its own, and the one where is noted what ran of its schedules. */
export function volumeNames(name: string, application: Pick<Application, "volumes" | "schedules">): string[] {
  const own = volumeMounts(application.volumes).map(({ volume }) => volume);
  return hasSchedules(application) ? [...own, schedulesName(name)] : own;
}

/** What lies in memory does not stay. */
function placeProblems(name: string, { volume, path }: VolumeMount, volatile: readonly string[]): Problem[] {
  const memory = volatile.map((each) => each.replace(/:exec$/, ""));
  const isSafe = path !== "/" && !memory.includes(path.replace(/\/+$/, ""));
  if (isSafe) return [];
  const expected = "a folder for it alone";
  const got = path === "/" ? "the root" : `${path}, which is volatile`;
  return [{ path: `applications.${name}.volumes.${volume}`, expected, got, fix: "name another folder" }];
}

/** Applications on one box see the same folders. */
function sharedPlaces(names: readonly string[], { applications }: Configuration): Problem[] {
  const all = [...new Set(names)].flatMap((name) =>
    volumeMounts(applications[name]?.volumes).map((mount) => ({ name, ...mount })),
  );
  return all.flatMap(({ name, volume, path }, index) => {
    const other = all.slice(0, index).find((each) => each.path === path && each.volume !== volume);
    if (!other) return [];
    return [
      {
        path: `applications.${name}.volumes.${volume}`,
        expected: `another folder than ${other.volume} of ${other.name} on the same box`,
        got: path,
        fix: "name one, or one volume",
      },
    ];
  });
}

/** Each of several engines has boxes of all fleets, and disks of its own. */
function engineProblems({ applications, fleets, environment }: Configuration): Problem[] {
  const engines = Object.keys(environment.engines);
  if (engines.length < 2) return [];
  const here = Object.keys(environment.fleets).flatMap((fleet) => fleets[fleet]?.applications ?? []);
  const sharing = [...new Set(here)].filter((name) => volumeMounts(applications[name]?.volumes).length > 0);
  if (sharing.length === 0) return [];
  return [
    {
      path: "environment.engines",
      expected: `one engine at most, since ${sharing.join(" and ")} ${sharing.length > 1 ? "have" : "has"} volumes`,
      got: engines.join(", "),
      fix: "keep the files in an accessory that all ask (a store that speaks S3), or leave one engine",
    },
  ];
}
