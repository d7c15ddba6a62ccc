import type { Judged } from "./Judged.ts";
import { nameBeside } from "./plainName.ts";
import type { SayLine } from "./told.ts";

/** Tasks of an application, by the name of its service. */
export type ForeignTasks = ReadonlyMap<
  string,
  { tasks: Record<string, { command: string[] }>; before: string[] }
>;

/** What runs once, as tasks of the applications that have its image; says what differs from how it ran. */
export function tasksOf(all: readonly Judged[], say: SayLine): ForeignTasks {
  const found = new Map<string, { tasks: Record<string, { command: string[] }>; before: string[] }>();
  for (const each of all) {
    if (each.kind !== "task" || !each.service.command) continue;
    const own = found.get(each.of) ?? { tasks: {}, before: [] };
    const name = nameBeside(each.service.name, new Set(Object.keys(own.tasks)));
    own.tasks[name] = { command: each.service.command };
    if (each.isBefore) own.before.push(name);
    found.set(each.of, own);
    sayDifferences(each, all, say);
  }
  return found;
}

function sayDifferences(task: Extract<Judged, { kind: "task" }>, all: readonly Judged[], say: SayLine): void {
  const { service, of } = task;
  const home = all.find((each) => each.service.name === of)?.service;
  const known = new Map((home?.variables ?? []).map(({ name, value }) => [name, value]));
  const others = service.variables
    .filter(({ name, value }) => known.get(name) !== value)
    .map(({ name }) => name);
  if (others.length > 0)
    say(
      "left",
      `${service.path}.environment`,
      `a task has the variables of its application, and ${of} has not these: ${others.join(", ")}; give them to ${of}`,
    );
  for (const { path } of service.mounts)
    say("left", path, "a task's box has no files but its image's; bring them in the image");
  const waiting = all.filter(
    ({ service: { name, needs } }) =>
      name !== of && needs.some((need) => need.service === service.name && need.condition === "completed"),
  );
  for (const other of waiting.filter(({ kind }) => kind === "served" || kind === "worker"))
    say(
      "changed",
      `${other.service.path}.depends_on`,
      `${service.name} runs before swaps of ${of}, and ${other.service.name} is swapped beside it; have it try again`,
    );
}
