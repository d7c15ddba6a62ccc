import type { ReleaseContent } from "../../images/release/release.ts";
import type { Deployment } from "@pulumi/pulumi/automation/index.js";

/** One resource in a stack's state, as far as the operations read it. Secrets in it are plain: never print a value. */
export interface StateResource {
  urn: string;
  type: string;
  /** The logical name. */
  name: string;
  /** The provider's id; empty for components. */
  id: string;
  inputs: Record<string, unknown>;
  outputs: Record<string, unknown>;
  /** When it was made; undefined in states of old engines. */
  created?: Date;
  /** What makes it: the provider's URN and id, `urn::id`; empty for components. */
  provider: string;
  /** An old one, still to be removed: the update that replaced it did not end. */
  pendingDelete: boolean;
}

export const containerType = "docker:index/container:Container";
/** A service of a Swarm. */
export const serviceType = "docker:index/service:Service";
export const commandType = "command:local:Command";

interface RawResource {
  urn: string;
  type: string;
  id?: string;
  inputs?: Record<string, unknown>;
  outputs?: Record<string, unknown>;
  created?: string;
  provider?: string;
  delete?: boolean;
}

/** The resources of an exported state. */
export function resourcesOf(deployment: Deployment): StateResource[] {
  const { resources = [] } = (deployment.deployment ?? {}) as { resources?: RawResource[] };
  return resources.map((raw) => ({
    urn: raw.urn,
    type: raw.type,
    name: raw.urn.split("::").slice(3).join("::"),
    id: raw.id ?? "",
    inputs: plain(raw.inputs ?? {}) as Record<string, unknown>,
    outputs: plain(raw.outputs ?? {}) as Record<string, unknown>,
    ...(raw.created !== undefined && { created: new Date(raw.created) }),
    provider: raw.provider ?? "",
    pendingDelete: raw.delete === true,
  }));
}

/** The stack's outputs. */
export function outputsOf(resources: readonly StateResource[]): Record<string, unknown> {
  return resources.find(({ type }) => type === "pulumi:pulumi:Stack")?.outputs ?? {};
}

/** The release that a stack runs; undefined before its first update. */
export function releaseIn(resources: readonly StateResource[]): ReleaseContent | undefined {
  return (outputsOf(resources) as { release?: ReleaseContent }).release;
}

/** How the engine marks a secret in a state. */
const secretSignature = "4dabf18193072939515e22adb298388d";

/** A value of the state with its secrets in plain text. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  const record = value as Record<string, unknown>;
  if (secretSignature in record && typeof record["plaintext"] === "string")
    return plain(JSON.parse(record["plaintext"]));
  return Object.fromEntries(Object.entries(record).map(([key, part]) => [key, plain(part)]));
}
