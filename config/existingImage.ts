import { z } from "zod";
import { absolutePath, name, relativePath } from "./forms.ts";
import { matchingText } from "./text.ts";

const pinned = /^[^\s@]+@sha256:[0-9a-f]{64}$/;

/** What a box runs: one of layer and image, of an application also `of`; a reference check says which is missing. */
export const imageKeys = {
  layer: name.optional().describe("The top layer of its image."),
  image: matchingText(/^[^\s]+$/, "an image of a registry, pinned by its digest (name@sha256:…)")
    .optional()
    .describe(
      "Instead of a layer: an existing image of a registry, pinned by its digest (name@sha256:…); `npm run pin` writes it.",
    ),
  files: z
    .record(absolutePath, relativePath)
    .optional()
    .describe(
      "Of an existing image: files and folders of the project that its boxes have, by their places there (/etc/nginx/nginx.conf: conf/nginx.conf); a layer has them by its roles.",
    ),
  command: z
    .array(z.string().min(1))
    .min(1)
    .optional()
    .describe(
      "What its box runs instead of its image's command, as a list of arguments; an existing image's entry point stays.",
    ),
};

/** Whose image an application runs. */
export const ofKey = name
  .optional()
  .describe("Instead of a layer: the application whose image it runs too, with a `command` of its own.");

/** Whether an image is named by its digest, which never means another one. */
export function isPinned(image: string): boolean {
  return pinned.test(image);
}

/** The name by which the plan knows an existing image, among those of layers: `image-shop`. */
export function imageLayer(owner: string): string {
  return `image-${owner}`;
}

/** Whose image it is: the application or accessory; the name itself for a layer. */
export function imageOwner(layer: string): string {
  return layer.replace(/^image-/, "");
}

/** What a registry keeps of an image under other names too: without its tag, which a digest makes meaningless. */
export function withoutTag(image: string): string {
  return image.replace(/:[^:/@]*(?=@)/, "");
}
