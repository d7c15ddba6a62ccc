import { bucketStore } from "./bucket.ts";
import { folderStore } from "./folder.ts";
import type { BackupStore } from "./store.ts";

/** Where one accessory's backups are: `to/STACK/BOX`. */
export interface StorePlace {
  /** A folder, or `s3://BUCKET/PREFIX`. */
  to: string;
  region?: string | undefined;
  /** Name of the stack, without its project. */
  stack: string;
  box: string;
}

/** Opens a store; makes and asks nothing yet. */
export function openStore({ to, region, stack, box }: StorePlace): BackupStore {
  const own = [stack, box];
  if (!to.startsWith("s3://")) return folderStore([to.replace(/\/+$/, ""), ...own].join("/"));
  const [bucket = "", ...prefix] = to.slice("s3://".length).split("/").filter(Boolean);
  return bucketStore(bucket, [...prefix, ...own].join("/"), region);
}
