/** A volume with data, as a stack's state has it. */
export interface HeldData {
  urn: string;
  kind: "accessory" | "shared" | "stateful";
  /** The logical name: `database-data`, `north.database-data`, `uploads-shared`, `orders-2-data`. */
  name: string;
  /** What the engine or AWS calls the volume. */
  volume: string;
  /** Logical name of the provider that makes it; empty for the default one, which is this machine's engine. */
  provider: string;
  inputs: Readonly<Record<string, unknown>>;
  /** Whether the state refuses to destroy it. */
  protect: boolean;
}

/** A resource of an exported state, as far as it is read here. */
export interface ExportedResource {
  urn: string;
  type?: string;
  id?: string;
  protect?: boolean;
  /** An old one, still to be removed. */
  delete?: boolean;
  provider?: string;
  inputs?: Record<string, unknown>;
}

/** What `pulumi stack export` writes, as far as it is read here. */
export interface ExportedState {
  deployment?: { resources?: ExportedResource[] | null } | null;
}

/** How Pulumi writes what kind a resource is, and whose part. */
const kinds: Record<string, HeldData["kind"]> = {
  "fleet:index:Accessory$docker:index/volume:Volume": "accessory",
  "fleet:index:SharedVolume$docker:index/volume:Volume": "shared",
  "fleet:index:StatefulFleet$aws:ebs/volume:Volume": "stateful",
};

/** All data of a stack's state, protected or not, in the order of the state. */
export function heldData({ deployment }: ExportedState): HeldData[] {
  return (deployment?.resources ?? []).flatMap((resource) => {
    const { urn, id = "", provider = "", inputs = {}, protect = false } = resource;
    const [, , types = "", ...name] = urn.split("::");
    const kind = kinds[types];
    if (kind === undefined || resource.delete === true) return [];
    return [
      { urn, kind, name: name.join("::"), volume: id, provider: providerName(provider), inputs, protect },
    ];
  });
}

/** The name in a reference `urn:…::pulumi:providers:docker::NAME::ID`. Default providers are named by their version. */
function providerName(reference: string): string {
  const name = reference.split("::").slice(3, -1).join("::");
  return name.startsWith("default") ? "" : name;
}
