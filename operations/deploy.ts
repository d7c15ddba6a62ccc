import type { Stack } from "@pulumi/pulumi/automation/index.js";
import { projectRoot } from "../config/root.ts";
import type { ReleaseOutput } from "../images/release/output.ts";
import { recordRelease } from "../images/release/record.ts";
import { releaseName } from "../images/release/release.ts";
import { output } from "./run.ts";
import { openStack, policyPack } from "./stack.ts";

export interface DeployOptions {
  /** Look for every image anew, and build those that are gone. Default: only what changed. */
  again?: boolean;
  /** Change nothing that the policies refuse. */
  policy?: boolean;
}

/**
 * Brings a stack to what its configuration says, and records the release that it then runs.
 */
export async function deploy(stackName: string, { again, policy }: DeployOptions = {}): Promise<void> {
  const stack = await openStack(stackName);
  const { outputs } = await stack.up({
    ...output,
    ...(again && { replace: await layerCommands(stack) }),
    ...(policy && { policyPacks: [policyPack] }),
  });
  const release = outputs["release"]?.value as ReleaseOutput | undefined;
  if (release) await tellRelease(release);
  const url = outputs["url"]?.value as string | undefined;
  if (url !== undefined) process.stdout.write(`\n${stackName} answers at ${url}\n`);
}

/** The command resources of all layers in the state. */
async function layerCommands(stack: Stack): Promise<string[]> {
  const deployment = (await stack.exportStack()).deployment as { resources?: { urn: string }[] };
  const { resources = [] } = deployment;
  return resources
    .map(({ urn }) => urn)
    .filter((urn) => urn.includes("fleet:index:ImageLayer$command:local:Command::"));
}

async function tellRelease(running: ReleaseOutput): Promise<void> {
  const { release, file, isNew } = await recordRelease(projectRoot, running);
  if (isNew) process.stdout.write(`\nRelease ${releaseName(release)} is recorded: ${file}\n`);
}
