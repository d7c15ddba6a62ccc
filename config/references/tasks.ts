import { formatPath } from "../shape.ts";
import type { Problem } from "../problem.ts";
import type { Configuration } from "../schema.ts";
import { clientVariable } from "../tasks.ts";
import { listProblems } from "./problems.ts";

/** What is wrong in the tasks before swaps: what nobody declared, and where none can run. */
export function taskProblems(configuration: Configuration): Problem[] {
  const { applications, environment } = configuration;
  return [
    ...Object.entries(applications).flatMap(([name, { before, tasks = {} }]) =>
      nameProblems(["applications", name, "before"], before, tasks),
    ),
    ...Object.entries(environment.applications).flatMap(([name, { before }]) =>
      nameProblems(["environment", "applications", name, "before"], before, applications[name]?.tasks ?? {}),
    ),
    ...Object.keys(environment.fleets).flatMap((fleet) => placeProblems(configuration, fleet)),
  ];
}

/** The names of the tasks that run before a swap of an application, in this environment. */
export function tasksBefore(
  { applications, environment }: Pick<Configuration, "applications" | "environment">,
  application: string,
): string[] {
  return environment.applications[application]?.before ?? applications[application]?.before ?? [];
}

function nameProblems(path: readonly string[], names: readonly string[] = [], tasks: object): Problem[] {
  return listProblems(path, "task", names, Object.keys(tasks));
}

function placeProblems(configuration: Configuration, fleet: string): Problem[] {
  const { environment, fleets } = configuration;
  const { target = "containers", environment: own = {} } = environment.fleets[fleet] ?? {};
  return (fleets[fleet]?.applications ?? []).flatMap((application) => {
    const names = tasksBefore(configuration, application);
    if (names.length === 0) return [];
    if (target !== "containers") return [targetProblem(fleet, target, application, names)];
    const given = { ...environment.applications[application]?.environment };
    return [
      ...variableProblems(["environment", "applications", application, "environment"], given, application),
      ...variableProblems(["environment", "fleets", fleet, "environment"], own, application),
    ];
  });
}

function targetProblem(
  fleet: string,
  target: string,
  application: string,
  names: readonly string[],
): Problem {
  return {
    path: `environment.fleets.${fleet}.target`,
    expected: `containers, where alone tasks before a swap run (${names.join(", ")} of ${application})`,
    got: target,
    fix: `run them by other means, and set environment.applications.${application}.before: []`,
  };
}

function variableProblems(path: readonly string[], given: object, application: string): Problem[] {
  return Object.keys(given)
    .filter((variable) => clientVariable.test(variable))
    .map((variable) => ({
      path: formatPath([...path, variable]),
      expected: `a variable that the tasks of ${application} can be given (not PATH, HOME, DOCKER_*)`,
      got: variable,
      fix: "call it otherwise, or set it in the role's unit",
    }));
}
