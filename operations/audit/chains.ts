import type { Configuration } from "../../config/schema.ts";
import { opened } from "../../images/proof/envelope.ts";
import { parentIn, statementSchema } from "../../images/proof/statement.ts";
import { readEnvelope, readInventory } from "../../images/proof/store.ts";
import { hasProof } from "../../images/proof/whole.ts";
import { pullProof } from "../../images/proof/transport.ts";
import { messageOf } from "../../work/message.ts";
import type { AuditedImage, AuditedLayer } from "./finding/HoleFinding.ts";
import type { RunningImage } from "./running.ts";

/** What was read of images, and of which nothing could be. */
export interface ReadImages {
  images: AuditedImage[];
  /** `expected …, got …; fix` */
  unknown: string[];
}

/** Reads the inventories of images and of those below them: where they were built, else from the registry. */
export async function readChains(
  root: string,
  running: readonly RunningImage[],
  registry: Configuration["registry"],
): Promise<ReadImages> {
  const read: ReadImages = { images: [], unknown: [] };
  const links = new Map<string, Promise<Link>>();
  const linkAt = (digest: string) => {
    const known = links.get(digest) ?? readLink(root, digest, registry);
    links.set(digest, known);
    return known;
  };
  for (const { runs, digest } of running) {
    try {
      read.images.push({ runs, chain: await chainOf(digest, linkAt) });
    } catch (error) {
      read.unknown.push(`${runs}: ${messageOf(error)}`);
    }
  }
  return read;
}

/** An image, and that below it. */
interface Link {
  image: AuditedLayer;
  kind: "layer" | "disk";
  parent?: string;
}

async function chainOf(digest: string, linkAt: (digest: string) => Promise<Link>): Promise<AuditedLayer[]> {
  const { image, kind, parent } = await linkAt(digest);
  const below = parent === undefined ? [] : await chainOf(parent, linkAt);
  // A disk has no layer of its own: it holds the image that it was made from.
  return kind === "disk" && below.length > 0 ? below : [...below, image];
}

async function readLink(root: string, digest: string, registry: Configuration["registry"]): Promise<Link> {
  const envelope = readEnvelope(root, digest);
  if (!envelope)
    throw new Error(`expected a signed statement of ${digest}, got none; run it where the image was built`);
  const statement = statementSchema.parse(opened(envelope));
  const { buildDefinition, runDetails } = statement.predicate;
  const place = statement.subject[0]?.name ?? "";
  const layer = place.split(".").at(-1) ?? place;
  const isDisk = buildDefinition.buildType.includes(":disk:");
  if (!hasProof(digest) && registry && !isDisk) await pullProof(registry.prefix, layer, digest);
  const contents = readInventory(digest)?.contents;
  if (!contents)
    throw new Error(
      `expected the inventory of ${digest} (${place}), got none; run it where the image was built, or share a registry`,
    );
  const parent = parentIn(statement);
  const { system, packages } = contents;
  return {
    image: { place, layer, builtAt: runDetails.metadata.finishedOn, system, packages },
    kind: isDisk ? "disk" : "layer",
    ...(parent !== undefined && { parent }),
  };
}
