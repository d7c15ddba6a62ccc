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
  /** Configure every mutable host, whether or not anything changed. */
  hostsAgain?: boolean;
  /** Change nothing that the policies refuse. */
  policy?: boolean;
}

/**
 * Brings a stack to what its configuration says, and records the release that it then runs.
 */
export async function deploy(stackName: string, options: DeployOptions = {}): Promise<void> {
  const { again, hostsAgain, policy } = options;
  const stack = await openStack(stackName);
  const components = [...(again ? ["ImageLayer"] : []), ...(hostsAgain ? ["HostFleet"] : [])];
  const replace = components.length > 0 ? await commandsOf(stack, components) : [];
  const { outputs } = await stack.up({
    ...output,
    ...(replace.length > 0 && { replace }),
    ...(policy && { policyPacks: [policyPack] }),
  });
  const release = outputs["release"]?.value as ReleaseOutput | undefined;
  if (release) await tellRelease(release);
  const url = outputs["url"]?.value as string | undefined;
  if (url !== undefined) process.stdout.write(`\n${stackName} answers at ${url}\n`);
}

/** The command resources of all components of these kinds in the state. */
async function commandsOf(stack: Stack, components: readonly string[]): Promise<string[]> {
  const deployment = (await stack.exportStack()).deployment as { resources?: { urn: string }[] };
  const { resources = [] } = deployment;
  const parts = components.map((component) => `fleet:index:${component}$command:local:Command::`);
  return resources.map(({ urn }) => urn).filter((urn) => parts.some((part) => urn.includes(part)));
}

async function tellRelease(running: ReleaseOutput): Promise<void> {
  const { release, file, isNew } = await recordRelease(projectRoot, running);
  if (isNew) process.stdout.write(`\nRelease ${releaseName(release)} is recorded: ${file}\n`);
}
