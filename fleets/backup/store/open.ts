import { folderStore } from "./folder.ts";
import type { BucketFiles } from "./bucket.ts";
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
  return lazyBucket(bucket, [...prefix, ...own].join("/"), region);
}

/** AWS's client is loaded only where a bucket is used: it takes longer than a command that looks at folders. */
function lazyBucket(bucket: string, prefix: string, region: string | undefined): BackupStore {
  let loading: Promise<BucketFiles> | undefined;
  const files = () =>
    (loading ??= import("./bucket.ts").then(({ bucketFiles }) => bucketFiles(bucket, prefix, region)));
  return {
    place: (name) => `s3://${bucket}/${prefix}/${name}`,
    write: async (name, content) => (await files()).write(name, content),
    read: async (name) => (await files()).read(name),
    list: async () => (await files()).list(),
    remove: async (name) => (await files()).remove(name),
  };
}
