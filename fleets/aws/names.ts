import { sha256 } from "../../plan/digest.ts";

/** Longest logical name where AWS takes 32 characters: Pulumi adds a dash and 7 random digits. */
const longest = 24;

/** A name that AWS takes for a target group; a long one is cut, and stays distinct by its digest. */
export function shortName(name: string): string {
  return name.length <= longest ? name : `${name.slice(0, longest - 7)}-${sha256(name).slice(0, 6)}`;
}

/**
 * The logical name of a group of boxes: it holds the digest of the disk, and of all else that makes a box what it is. A
 * change of either makes a new group beside the old one.
 */
export function groupName(fleet: string, diskDigest: string, specification: string): string {
  return `${fleet}-${diskDigest.replace("sha256:", "").slice(0, 12)}-${sha256(specification).slice(0, 6)}`;
}

/** Where the parameters of a fleet are kept: its role may read what is below, and nothing else. */
export function parameterPath(project: string, stack: string, fleet: string): string {
  return `/${project}/${stack}/${fleet}`;
}
