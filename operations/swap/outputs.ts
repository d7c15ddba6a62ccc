import type { EngineEvent, Stack } from "@pulumi/pulumi/automation/index.js";

/** What stands in events for a secret. */
const masked = "[secret]";

/** The outputs of a stack, as the events of its update tell them; the last event counts. Undefined where one is a secret. */
export function outputsIn(events: readonly EngineEvent[]): Record<string, unknown> | undefined {
  const told = events.flatMap(({ resOutputsEvent }) => {
    const { type, new: state } = resOutputsEvent?.metadata ?? {};
    return type === "pulumi:pulumi:Stack" && state ? [state.outputs as Record<string, unknown>] : [];
  });
  const outputs = told.at(-1) ?? {};
  return JSON.stringify(outputs).includes(JSON.stringify(masked)) ? undefined : outputs;
}

/** The outputs of a stack after an update with these events. */
export async function outputsAfter(
  stack: Stack,
  events: readonly EngineEvent[],
): Promise<Record<string, unknown>> {
  const told = outputsIn(events);
  if (told) return told;
  const asked = await stack.workspace.stackOutputs(stack.name);
  return Object.fromEntries(Object.entries(asked).map(([name, { value }]) => [name, value]));
}
