import { readFileSync } from "node:fs";
import * as path from "node:path";
import { z } from "zod";
import { cacheFolder } from "../../work/cache.ts";
import type { BuildLog } from "../../work/log.ts";
import { runLogged } from "../../work/run.ts";

const manifestSchema = z.object({ builds: z.array(z.object({ artifact_id: z.string() })).min(1) });

/** Where and how Packer runs: `work` is a folder for what Ansible keeps meanwhile, `signal` ends it. */
interface PackerRun {
  root: string;
  work: string;
  environment?: Record<string, string>;
  /** Default: the root. */
  folder?: string;
  signal?: AbortSignal;
}

/** Runs Packer, and Ansible by it, with the project's settings. */
export function runPacker(
  log: BuildLog,
  command: readonly [string, ...string[]],
  { root, work, environment, folder = root, ...others }: PackerRun,
): Promise<void> {
  const settings = {
    CHECKPOINT_DISABLE: "1",
    ANSIBLE_CONFIG: path.join(root, "playbooks/ansible.cfg"),
    ANSIBLE_LOCAL_TEMP: path.join(work, "ansible"),
    ANSIBLE_FORCE_COLOR: "0",
    // Ansible is installed without bytecode. It is kept, but in no folder of the project or of the tool chain.
    PYTHONPYCACHEPREFIX: cacheFolder("bytecode"),
    PYTHONDONTWRITEBYTECODE: "",
  };
  return runLogged(log, command, { folder, environment: { ...settings, ...environment }, ...others });
}

/** The artifact that Packer's manifest names: an image id, or AMIs by region. */
export function artifactId(manifest: string): string {
  return manifestSchema.parse(JSON.parse(readFileSync(manifest, "utf8"))).builds[0]?.artifact_id ?? "";
}
