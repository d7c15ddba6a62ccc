import { releaseName, sameContent, type Release } from "./release.ts";

/** A task that did what cannot be undone, and the first release after it. */
export interface TaskBetween {
  task: string;
  release: Release;
}

/**
 * The irreversible tasks that an environment would go back past.
 * @param releases its own, oldest first. @param running number of the one that runs. @param wanted what it is to run.
 */
export function tasksPast(releases: readonly Release[], running: number, wanted: Release): TaskBetween[] {
  const name = wanted.promotedFrom ?? releaseName(wanted);
  const ran = releases.findLast(
    (each) => each.number <= running && (each.promotedFrom === name || sameContent(each, wanted)),
  );
  if (!ran) return [];
  return releases.flatMap((release, index) => {
    if (release.number <= ran.number || release.number > running) return [];
    const before = releases[index - 1]?.irreversible ?? {};
    return Object.entries(release.irreversible ?? {})
      .filter(([task, digest]) => before[task] !== digest)
      .map(([task]) => ({ task, release }));
  });
}

/** Why an environment does not go back past them, with the ways out. */
export function pastTasksProblem(stack: string, past: readonly TaskBetween[]): string {
  const tasks = past.map(
    ({ task, release }) => `${task} (${releaseName(release)}, ${release.createdAt.slice(0, 16)}Z)`,
  );
  return [
    `${stack}: expected a release after all irreversible tasks, got one before ${tasks.join(", ")}; nothing was changed`,
    `  go on instead: mend what is wrong, and npm run up -- --stack ${stack}`,
    "  or put the data back as it was before (npm run restore), and add --past-tasks",
  ].join("\n");
}
