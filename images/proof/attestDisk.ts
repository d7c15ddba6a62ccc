import { attest } from "./attest.ts";
import { opened } from "./envelope.ts";
import { statementSchema } from "./statement.ts";
import { readEnvelope, readInventory } from "./store.ts";

/** A raw disk that was just made from an image. */
export interface MadeDisk {
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
  { diskDigest, image, startedAt }: MadeDisk,
): Promise<string | undefined> {
  const envelope = readEnvelope(root, image);
  const known = readInventory(image);
  if (!envelope || !known) return undefined;
  const { subject, predicate } = statementSchema.parse(opened(envelope));
  const { buildDefinition, runDetails } = predicate;
  const inputs = {
    layer: String(buildDefinition.externalParameters["layer"]),
    roles: [],
    variables: {},
    files: {},
    tools: runDetails.builder.version,
  };
  const inputDigest = String(buildDefinition.internalParameters["inputDigest"]);
  const place = subject[0]?.name ?? "";
  const about = { place, digest: diskDigest, kind: "disk", inputs, inputDigest, parent: image } as const;
  return attest(root, { ...about, startedAt }, known.contents);
}
