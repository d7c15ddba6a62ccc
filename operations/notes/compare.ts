import { readImageContents, filesIn, type ImageContents } from "./contents.ts";
import { changesBetween } from "./packages.ts";
import type { PlaceNotes } from "./text.ts";

/** Image ids by place. */
export type Places = Readonly<Record<string, string>>;

const nothing: ImageContents = { packages: {}, configuration: {}, layers: [] };

/** What differs in every place where two releases have different images. */
export async function compareReleases(before: Places, after: Places): Promise<PlaceNotes[]> {
  const notes: PlaceNotes[] = [];
  for (const { name, before: old, after: now } of changesBetween(before, after)) {
    const images = { ...(old !== undefined && { before: old }), ...(now !== undefined && { after: now }) };
    notes.push({ place: name, ...images, ...(await compareImages(old, now)) });
  }
  return notes;
}

async function compareImages(before: string | undefined, after: string | undefined) {
  const old = before === undefined ? nothing : await readImageContents(before);
  const now = after === undefined ? nothing : await readImageContents(after);
  // The layers that both have are alike by their digests; so only the others are read.
  const oldFiles = await filesIn(old.layers.filter((layer) => !now.layers.includes(layer)));
  const newFiles = await filesIn(now.layers.filter((layer) => !old.layers.includes(layer)));
  return {
    packages: changesBetween(old.packages, now.packages),
    configuration: changesBetween(old.configuration, now.configuration),
    files: oldFiles && newFiles && changesBetween(oldFiles, newFiles),
  };
}
