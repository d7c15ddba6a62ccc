import type { PreviewStep } from "./step.ts";

/** What happens to a task: `follow`: it runs only if its image comes out different; `keep`: it has run for this image. */
export interface TaskLine {
  /** As it is called on its engine: `orders.migrate`, `far.orders.migrate`. */
  id: string;
  action: "run" | "follow" | "keep" | "remove";
  irreversible: boolean;
}

const taskUrn = /fleet:index:FleetTasks\$command:local:Command::/;

/** Whether a step is about a task before a swap. */
export function isTaskStep({ urn }: PreviewStep): boolean {
  return taskUrn.test(urn);
}

/** What a step does to a task. */
export function taskLine({ name, op, before, after }: PreviewStep): TaskLine {
  const { create } = op === "delete" ? before : after;
  return {
    id: name.replace(/-task$/, ""),
    action: actionOf(op, after["triggers"] !== undefined),
    irreversible: typeof create === "string" && create.includes("irreversible"),
  };
}

/** An update in place notes what its box would be told, and runs nothing. */
function actionOf(op: PreviewStep["op"], isKnown: boolean): TaskLine["action"] {
  if (op === "delete") return "remove";
  if (op === "create") return "run";
  if (op === "replace") return isKnown ? "run" : "follow";
  return "keep";
}

/** Those of which a preview tells. */
export function toldTasks(lines: readonly TaskLine[] = []): TaskLine[] {
  return lines.filter(({ action }) => action !== "keep");
}

/** `orders: task migrate runs before the swap, once, in a box of the new image`. */
export function describeTask({ id, action, irreversible }: TaskLine): string {
  const at = id.lastIndexOf(".");
  const task = `${id.slice(0, at)}: task ${id.slice(at + 1)}`;
  if (action === "remove")
    return `${task} does not run: it is wanted no more, or the release ran here before`;
  const when = action === "follow" ? " if its image comes out different" : "";
  const end = irreversible ? "; it is irreversible: no rollback goes past it" : "";
  return `${task} runs before the swap${when}, once, in a box of the new image; one that fails swaps nothing${end}`;
}
