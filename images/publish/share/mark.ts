import { hash } from "node:crypto";
import { TAG_PREFIX } from "../snapshot/snapshotTags.ts";

/** Who says that an account may launch an image. */
export interface Declaration {
  /** 12 digits. */
  account: string;
  /** The project and backend of the stack. */
  owner: string;
  /** What in the stack says so: `prod/web-share`. */
  by: string;
}

const markPrefix = `${TAG_PREFIX}share:`;

/**
 * The tag by which a snapshot knows of a declaration. Several stacks may share one image with one account, and none sees what the
 * others declare; the tags are where they meet.
 */
export function shareMark({ account, owner, by }: Declaration): string {
  return `${markPrefix}${account}:${hash("sha256", `${owner} ${by}`, "hex").slice(0, 12)}`;
}

/** Whether somebody else still declares that the account may launch what stands on a snapshot with these tags. */
export function isDeclaredElsewhere(keys: readonly string[], declaration: Declaration): boolean {
  const own = shareMark(declaration);
  return keys.some((key) => key !== own && key.startsWith(`${markPrefix}${declaration.account}:`));
}
