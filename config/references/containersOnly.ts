import { furtherPorts } from "../ports.ts";
import type { Problem } from "../problem.ts";
import type { Configuration } from "../schema.ts";
import { hasSchedules } from "../schedules.ts";
import { isServed } from "../worker.ts";

/** What is wrong where applications run that only a container of their own can be: existing images and other commands; and where workers do. */
export function containersOnlyProblems(configuration: Configuration): Problem[] {
  const { fleets, environment, applications, layers } = configuration;
  return [
    ...Object.keys(fleets).flatMap((fleet) => boxProblems(fleet, configuration)),
    ...Object.keys(environment.fleets).flatMap((fleet) => targetProblems(fleet, configuration)),
    ...machineImageProblems(configuration),
    ...Object.entries(layers).flatMap(([layer, { holds = [] }]) =>
      holds.flatMap((name, index) => {
        const why = applications[name] && onlyContainer(name, configuration);
        if (why === undefined) return [];
        const expected = "an application that a machine can run";
        return [
          {
            path: `layers.${layer}.holds[${index}]`,
            expected,
            got: `${name}, which ${why}`,
            fix: "remove it",
          },
        ];
      }),
    ),
  ];
}

/** Why an application runs in containers alone; undefined when it runs anywhere. */
function onlyContainer(name: string, configuration: Configuration): string | undefined {
  const application = configuration.applications[name];
  if (!application) return undefined;
  if (Object.keys(application.volumes ?? {}).length > 0) return "has volumes";
  if (hasSchedules(application)) return "has schedules";
  if (furtherPorts(application).length > 0) return "has several ports";
  return needsOwnBox(name, configuration) ?? (isServed(application) ? undefined : "has no port");
}

/** Why an application shares its boxes with no other; undefined when it may. */
function needsOwnBox(
  name: string,
  { applications, layers }: Pick<Configuration, "applications" | "layers">,
): string | undefined {
  const { layer = "", command } = applications[name] ?? {};
  if (layers[layer]?.image !== undefined) return "runs an existing image";
  return command ? "has a command of its own" : undefined;
}

/** There is one first process in a box, and the image or the command says which. */
function boxProblems(fleet: string, configuration: Configuration): Problem[] {
  const { applications: names, init } = configuration.fleets[fleet] ?? { applications: [] };
  const [name] = names.filter((each) => needsOwnBox(each, configuration) !== undefined);
  if (name === undefined) return [];
  const why = needsOwnBox(name, configuration) ?? "";
  const path = `fleets.${fleet}`;
  const problems: Problem[] = [];
  if (new Set(names).size > 1)
    problems.push({
      path: `${path}.applications`,
      expected: `${name} alone on its boxes, since it ${why}`,
      got: names.join(", "),
      fix: "give each a fleet of its own",
    });
  if (init === "systemd")
    problems.push({
      path: `${path}.init`,
      expected: `foreground, since ${name} ${why}`,
      got: init,
      fix: "remove it",
    });
  return problems;
}

function targetProblems(fleet: string, configuration: Configuration): Problem[] {
  const placement = configuration.environment.fleets[fleet];
  const [name] = unfit(fleet, configuration);
  if (!placement || name === undefined) return [];
  const why = `since ${name} ${onlyContainer(name, configuration) ?? ""}`;
  const path = `environment.fleets.${fleet}`;
  const { target, hosts } = placement;
  if (target !== "containers")
    return [
      {
        path: `${path}.target`,
        expected: `containers, ${why}`,
        got: target,
        fix: "choose another, or make a layer with a service that listens on a port",
      },
    ];
  if (!hosts) return [];
  return [{ path: `${path}.hosts`, expected: `no mutable hosts, ${why}`, got: "some", fix: "remove it" }];
}

function machineImageProblems(configuration: Configuration): Problem[] {
  const { machineImages, fleets } = configuration.environment;
  if (!machineImages) return [];
  const wanted = machineImages.fleets ?? Object.keys(fleets);
  return wanted.flatMap((fleet) => {
    const [name] = unfit(fleet, configuration);
    if (name === undefined) return [];
    return [
      {
        path: "environment.machineImages.fleets",
        expected: "fleets that machines can run",
        got: `${fleet}, whose ${name} ${onlyContainer(name, configuration) ?? ""}`,
        fix: "name the others alone",
      },
    ];
  });
}

function unfit(fleet: string, configuration: Configuration): string[] {
  const names = configuration.fleets[fleet]?.applications ?? [];
  return names.filter((name) => onlyContainer(name, configuration) !== undefined);
}
