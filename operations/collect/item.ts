/** One thing that may be collected. */
export interface Item {
  kind:
    | "container"
    | "image"
    | "name"
    | "layer"
    | "root"
    | "disk"
    | "log"
    | "work"
    | "proof"
    | "package"
    | "cache"
    | "ami"
    | "snapshot"
    | "mark"
    | "manifest";
  /** Unique among items: an image's id, a file's path, … */
  id: string;
  /** For people. */
  name: string;
  /** What else it is known by, to those that refer to it: input digests, layer digests, tags. */
  aliases: string[];
  /** Ids or aliases of what it needs: an image its parent and layers, a container its image, an AMI its snapshots. */
  needs: string[];
  /** Whether it carries this project's own labels or tags, and is nobody else's. */
  ours: boolean;
  /** Whether it runs, or is being made. */
  inUse: boolean;
  /** When it was last made or used; undefined where nobody knows. */
  lastUsed?: Date;
  /** What removing it frees. */
  bytes: number;
  /** Where in AWS it is, or in which registry. */
  region?: string;
}

/** Whose things are collected. */
export interface Claimant {
  /** The project and backend that collects (config/owner.ts). */
  owner: string;
  /** Whether what nobody is noted for counts as its own: things of before owners were noted. */
  unmarked: boolean;
}

/** Whether what these own is the claimant's alone. */
export function ownedBy(owners: readonly string[], { owner, unmarked }: Claimant): boolean {
  return owners.length === 0 ? unmarked : owners.every((each) => each === owner);
}

/** Whether what these own is the claimant's too, and somebody else's. */
export function sharedBy(owners: readonly string[], { owner }: Claimant): boolean {
  return owners.includes(owner) && owners.some((each) => each !== owner);
}

/** What is to be removed, in this order, and how much is kept. */
export interface CollectionPlan {
  remove: Item[];
  kept: number;
}
