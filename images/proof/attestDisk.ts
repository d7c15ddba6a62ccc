import { imageFile, imageFilePath, type DiskFacts } from "../disk/index.ts";
import { ancestorsOf, withAncestors } from "../disk/layer/entry.ts";
import { isHeldRoot } from "../held/bundle.ts";
import { sha256 } from "../../plan/digest.ts";
import { attest } from "./attest.ts";
import type { Contents, ImageFile } from "./contents.ts";
import { opened } from "./envelope.ts";
import { madeFrom, statementSchema } from "./statement.ts";
import { readEnvelope, readInventory } from "./store.ts";

/** A raw disk that was just made from an image, and what it says about itself. */
export interface MadeDisk extends DiskFacts {
  /** `sha256:…` of the disk. */
  diskDigest: string;
  /** `sha256:…` of the image that it holds. */
  image: string;
  startedAt: Date;
}

/**
 * Signs what a disk is made of: what its image is, whose own statement it refers to.
 * @returns the folder with the proof; undefined for an image without one, which can give none to a disk.
 */
export async function attestDisk(
  root: string,
  { diskDigest, image, startedAt, ...facts }: MadeDisk,
): Promise<string | undefined> {
  const envelope = readEnvelope(root, image);
  const known = readInventory(image);
  if (!envelope || !known) return undefined;
  const statement = statementSchema.parse(opened(envelope));
  const { subject, predicate } = statement;
  const { buildDefinition, runDetails } = predicate;
  const inputs = {
    layer: String(buildDefinition.externalParameters["layer"]),
    roles: [],
    variables: {},
    files: {},
    tools: runDetails.builder.version,
  };
  const inputDigest = madeFrom(statement);
  const place = subject[0]?.name ?? "";
  const about = { place, digest: diskDigest, kind: "disk", inputs, inputDigest, parent: image } as const;
  return attest(root, { ...about, startedAt }, onDisk(known.contents, facts));
}

/**
 * What a box of a disk has: the image's files, the one by which the disk says which image that is, and the folders that its
 * volumes are mounted on. Containers that the image holds have them too, where their own root is.
 */
function onDisk(contents: Contents, facts: DiskFacts): Contents {
  const files = new Map(contents.files.map((file) => [file.path, file]));
  const own = { path: `/${imageFilePath}`, mode: "0644", sha256: sha256(imageFile(facts)) };
  files.set(own.path, { ...own, type: "file", uid: 0, gid: 0 });
  const mounts = Object.keys(facts.volumes ?? {});
  const above = [own.path, ...mounts].flatMap(ancestorsOf);
  const held = [...files.keys()].filter(isHeldRoot);
  const inside = held.flatMap((root) => [...withAncestors(mounts)].map((path) => root + path));
  for (const path of [...above, ...inside])
    if (path !== "" && !files.has(path)) files.set(path, folder(path));
  return { ...contents, files: [...files.values()].sort((a, b) => (a.path < b.path ? -1 : 1)) };
}

function folder(path: string): ImageFile {
  return { path, type: "directory", mode: "0755", uid: 0, gid: 0 };
}
