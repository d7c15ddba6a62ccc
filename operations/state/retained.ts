import { execa } from "execa";
import { existsSync, readFileSync } from "node:fs";
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
export interface MarkedState {
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
  // Secrets stay encrypted, and nothing is written to a file.
  const exported = await pulumi(["stack", "export", "--stack", stackName]);
  const retained = withRetained(JSON.parse(exported) as MarkedState);
  if (retained) await pulumi(["stack", "import", "--stack", stackName], JSON.stringify(retained));
}

async function pulumi(args: string[], input = ""): Promise<string> {
  const result = await execa("pulumi", args, { cwd: projectRoot, input, reject: false });
  if (!result.failed) return result.stdout;
  const reason = result.stderr.trim() || result.shortMessage;
  throw new Error(
    `pulumi ${args.slice(0, 2).join(" ")}: expected the state, whose AMIs must be kept, got: ${reason}; nothing was changed`,
  );
}

/** The state in which everything of an AMI is forgotten rather than deleted; undefined where it is so already. */
export function withRetained(state: MarkedState): MarkedState | undefined {
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
  if (existsSync(file) && /[\s{,"'](machineImages|aws)["']?:/.test(readFileSync(file, "utf8"))) return true;
  return readReleases(projectRoot)
    .filter(({ environment }) => environment === stackName)
    .some(({ document }) => Object.keys((document as Recorded).machineImages ?? {}).length > 0);
}

interface Recorded {
  machineImages?: Record<string, unknown>;
}
