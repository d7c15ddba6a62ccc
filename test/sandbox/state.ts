import { globSync, readFileSync } from "node:fs";
import * as path from "node:path";

/** As much of the state of a stack as tests read. */
export interface KeptState {
  resources?: KeptResource[];
  pending_operations?: { resource: KeptResource; type: string }[];
}

/** A resource in it; one with `delete` is to go, and has a successor. */
export interface KeptResource {
  type: string;
  urn: string;
  id?: string;
  delete?: boolean;
  inputs?: Record<string, unknown>;
  outputs?: Record<string, unknown>;
}

/**
 * What a sandbox's state has of a stack, secrets encrypted, read where the engine keeps it: a run of all tests looks hundreds of times, and
 * need not start the engine's CLI for each. Nothing where there is no such stack.
 */
export function keptState(sandbox: { folder: string }, stack = "dev"): KeptState {
  const folder = path.join(sandbox.folder, ".state/.pulumi/stacks");
  const [file] = globSync(`*/${stack}.json`, { cwd: folder });
  if (file === undefined) return {};
  const kept = JSON.parse(readFileSync(path.join(folder, file), "utf8")) as Checkpoint;
  return kept.checkpoint?.latest ?? {};
}

interface Checkpoint {
  checkpoint?: { latest?: KeptState };
}

/** The outputs of a stack as its state has them; nothing before its first update. */
export function keptOutputs(sandbox: { folder: string }, stack = "dev"): Record<string, unknown> {
  const { resources = [] } = keptState(sandbox, stack);
  return resources.find(({ type }) => type === "pulumi:pulumi:Stack")?.outputs ?? {};
}
