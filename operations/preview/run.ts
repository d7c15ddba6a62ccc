import type { EngineEvent, PreviewOptions, Stack } from "@pulumi/pulumi/automation/index.js";
import { showWords } from "../stack/output.ts";
import { stepsOf, type PreviewStep } from "./step.ts";

/** What the engine would do with a stack, and its own words for it. @throws Error after printing those when it cannot tell. */
export async function previewOf(
  stack: Stack,
  options: Pick<PreviewOptions, "policyPacks"> = {},
): Promise<{ steps: PreviewStep[]; diff: string; notes: string[] }> {
  const events: EngineEvent[] = [];
  let diff = "";
  let errors = "";
  const onOutput = (text: string) => {
    diff += text;
  };
  try {
    await stack.preview({
      onEvent: (event) => void events.push(event),
      onOutput,
      onError: (text) => (errors += text),
      diff: true,
      color: "never",
      ...options,
    });
  } catch (error) {
    // Beside a diff, the engine tells of errors on standard error alone.
    showWords(diff.includes(errors.trim()) ? diff : `${diff}${errors}`, process.stderr);
    throw error;
  }
  return { steps: stepsOf(events), diff, notes: notesOf(events) };
}

/** What components say of what they would do (fleets/box/say.ts), each once. */
function notesOf(events: readonly EngineEvent[]): string[] {
  const said = events.flatMap(({ diagnosticEvent }) =>
    diagnosticEvent?.severity === "info" && /fleet:index:/.test(diagnosticEvent.urn ?? "")
      ? [diagnosticEvent.message.replace(/<\{%[^%]*%\}>/g, "").trim()]
      : [],
  );
  return [...new Set(said)].filter((note) => note !== "").sort();
}
