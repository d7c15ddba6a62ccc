import { randomUUID } from "node:crypto";
import type { Deployment } from "@pulumi/pulumi/automation/index.js";
import type { Move } from "../../plan/data/move.ts";
import { movedProvider } from "./provider.ts";

/** A resource as an exported state has it, with whatever else it has. */
type Raw = Record<string, unknown> & { urn: string };

/**
 * The state in which an accessory's data is at its new place: the same volume resource, by the new name, of the new provider. One
 * write of the state, so that it never has both or none. What depended on it still does, until the next update replaces it.
 * @throws Error where the state no longer has the data.
 */
export function handedOver(deployment: Deployment, move: Move): Deployment {
  const state = deployment.deployment as { resources?: Raw[] } | undefined;
  const resources = state?.resources ?? [];
  const { urn, volume } = move.data;
  const place = resources.findIndex((each) => each.urn === urn && each["id"] === volume);
  const held = resources[place];
  if (!held)
    throw new Error(`${move.data.name}: expected the volume ${volume} in the state, got none; run it again`);
  const provider = providerIn(resources, held, move);
  const newUrn = [...urn.split("::").slice(0, 3), move.name].join("::");
  const made = {
    ...held,
    urn: newUrn,
    id: move.volume,
    provider: `${provider.urn}::${String(provider["id"])}`,
  };
  for (const key of ["inputs", "outputs"]) made[key as "id"] = renamed(made[key as "id"], move) as never;
  const after = resources.map((each) => (each === held ? made : referring(each, urn, newUrn)));
  // What makes a resource stands before it.
  if (!resources.includes(provider)) after.splice(place, 0, provider);
  return { ...deployment, deployment: { ...state, resources: after } };
}

/** The provider of the new place: that of the state, else one as the next update would make it. */
function providerIn(resources: readonly Raw[], held: Raw, { to }: Move): Raw {
  const { name, inputs } = movedProvider(to);
  const [stack = "", project = ""] = held.urn.split("::");
  const type = "pulumi:providers:docker";
  const urn = [stack, project, type, name].join("::");
  const known = resources.find((each) => each.urn === urn && each["delete"] !== true);
  if (known) return known;
  const at = new Date().toISOString();
  return { urn, custom: true, id: randomUUID(), type, inputs, outputs: inputs, created: at, modified: at };
}

/** The names that the volume had, as inputs and outputs have them. */
function renamed(values: unknown, { data, volume }: Move): unknown {
  return JSON.parse(JSON.stringify(values ?? {}).replaceAll(data.volume, volume)) as unknown;
}

function referring(resource: Raw, urn: string, newUrn: string): Raw {
  if (urn === newUrn) return resource;
  const text = JSON.stringify(resource);
  return text.includes(urn)
    ? (JSON.parse(text.replaceAll(JSON.stringify(urn), JSON.stringify(newUrn))) as Raw)
    : resource;
}
