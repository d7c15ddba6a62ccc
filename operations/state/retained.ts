import { execa } from "execa";
import { readFileSync, existsSync } from "node:fs";
import * as path from "node:path";
import { projectRoot } from "../../config/root.ts";
import { readReleases } from "./releases.ts";

/** A resource as an exported state has it, as far as this looks at it. */
interface Resource {
  urn: string;
  type: string;
  retainOnDelete?: boolean;
}

/** An exported state; whatever else is in it stays as it is. */
export interface ExportedState {
  deployment?: { resources?: Resource[] };
}

/** What an update must never take away, since others may use it: only `npm run collect` knows. */
const retainedTypes = new Set([
  "aws:ec2/ami:Ami",
  "aws:ec2/amiCopy:AmiCopy",
  "aws:ec2/amiLaunchPermission:AmiLaunchPermission",
]);

/**
 * Sees to it that a stack which an earlier version of this project made takes no AMI away. The engine goes by what the state says of
 * the old resource, and those states say nothing: without this, the first update with another disk would deregister the AMI of
 * the one before, whatever the program says now. Once a stack is right, this costs one look.
 */
export async function retainImages(stackName: string): Promise<void> {
  if (!mayHaveImages(stackName)) return;
  const options = { cwd: projectRoot };
  // Secrets stay encrypted, and nothing is written to a file.
  const { stdout } = await execa("pulumi", ["stack", "export", "--stack", stackName], options);
  const retained = withRetained(JSON.parse(stdout) as ExportedState);
  if (!retained) return;
  const input = JSON.stringify(retained);
  await execa("pulumi", ["stack", "import", "--stack", stackName], { ...options, input });
}

/** The state in which everything of an AMI is forgotten rather than deleted; undefined where it is so already. */
export function withRetained(state: ExportedState): ExportedState | undefined {
  const { resources = [] } = state.deployment ?? {};
  if (!resources.some(isUnretained)) return undefined;
  const marked = resources.map((each) => (isUnretained(each) ? { ...each, retainOnDelete: true } : each));
  return { ...state, deployment: { ...state.deployment, resources: marked } };
}

function isUnretained({ urn, type, retainOnDelete = false }: Resource): boolean {
  if (retainOnDelete) return false;
  return retainedTypes.has(type) || /fleet:index:SharedImage\$command:local:Command::.*-snapshots$/.test(urn);
}

/** Whether a stack publishes or runs machine images, by its settings and its releases: most do not, and need no look at the state. */
function mayHaveImages(stackName: string): boolean {
  const file = path.join(projectRoot, `Pulumi.${stackName}.yaml`);
  if (existsSync(file) && /^\s+["']?(machineImages|aws)["']?:/m.test(readFileSync(file, "utf8"))) return true;
  return readReleases(projectRoot)
    .filter(({ environment }) => environment === stackName)
    .some(({ document }) => Object.keys((document as Recorded).machineImages ?? {}).length > 0);
}

interface Recorded {
  machineImages?: Record<string, unknown>;
}
