import type { PulumiCommand } from "@pulumi/pulumi/automation/index.js";

let asked: Promise<PulumiCommand> | undefined;

/** Begins to ask the engine's CLI what it is; whoever takes it is told where there is none. */
export async function askEngineAhead(): Promise<void> {
  // It takes longer to load than all that begins before it.
  const { PulumiCommand: command } = await import("@pulumi/pulumi/automation/index.js");
  asked = command.get();
  asked.catch(() => undefined);
}

/** The engine's CLI, asked once. @throws Error where there is none on PATH, or too old a one. */
export async function engineCli(): Promise<PulumiCommand> {
  if (asked === undefined) await askEngineAhead();
  return asked as Promise<PulumiCommand>;
}
