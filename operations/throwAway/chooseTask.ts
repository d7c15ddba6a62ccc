import type { TaskSettings } from "../../config/tasks.ts";

/** What is to run: a declared task, or any command. */
export interface ChosenTask {
  /** Of a declared one. */
  name?: string;
  command: readonly string[];
}

/**
 * What a command line names: one word that is the name of a task is that task, anything else is a command.
 * @throws Error where it names nothing, with what it could.
 */
export function chooseTask(
  application: string,
  tasks: Readonly<Record<string, TaskSettings>> = {},
  line: readonly string[],
): ChosenTask {
  const [name = "", ...others] = line;
  const task = others.length === 0 && Object.hasOwn(tasks, name) ? tasks[name] : undefined;
  if (task) return { name, command: task.command };
  if (line.length > 0) return { command: line };
  const known = Object.keys(tasks).join(", ");
  const fix =
    known === "" ? "it declares no task: add a command" : `choose one of ${known}, or add a command`;
  throw new Error(`TASK: expected a task of ${application} or a command, got none; ${fix}`);
}
