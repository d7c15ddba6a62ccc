import { inspectImage } from "../../engine/images.ts";
import { localReference } from "../../engine/labels.ts";
import type { BuildRequest } from "../../plan/buildRequest.ts";
import { inputDigest } from "../../plan/inputs.ts";
import { projectRoot } from "../../config/root.ts";
import { foundProblem } from "../../images/proof/verify.ts";
import type { LayerLine } from "./line.ts";
import type { PreviewStep } from "./step.ts";

/** The id of the image that is there for a layer's inputs, with proof, which is trusted, of how it was made. */
export type ImageLookup = (layer: string, inputDigest: string) => Promise<string | undefined>;

/**
 * The lines of layers, with the image of each that would be built but is in the engine already, where an update finds it: those
 * that stand on such an image, too. Only asks the engine; without one nothing is found. Whether a registry has an image is seen
 * by the update.
 */
export async function withFound(
  lines: readonly LayerLine[],
  steps: readonly PreviewStep[],
  lookUp: ImageLookup = fromEngine,
): Promise<LayerLine[]> {
  const wanted = new Map(
    steps.filter(({ after }) => after["stdin"] !== undefined).map((step) => [step.name, step]),
  );
  const images = new Map<string, Promise<Found | undefined>>();
  const at = (place: string): Promise<Found | undefined> => {
    const known = images.get(place) ?? imageOf(wanted.get(place), at, lookUp).catch(() => undefined);
    images.set(place, known);
    return known;
  };
  return Promise.all(
    lines.map(async (line) => {
      if (line.action !== "build" && line.action !== "follow") return line;
      const found = await at(line.id);
      if (!found) return line;
      // What it waited for is there, and is what it stands on today.
      if (found.isPresent) return { ...line, action: "keep", causes: [] };
      return { ...line, action: "build", found: found.image };
    }),
  );
}

/** An image that is there; `isPresent`: the stack has it today, for these inputs. */
interface Found {
  image: string;
  isPresent: boolean;
}

type FoundAt = (place: string) => Promise<Found | undefined>;

/** The image for the inputs of a place, on the images of the places below it and with those that it holds. */
async function imageOf(
  step: PreviewStep | undefined,
  at: FoundAt,
  lookUp: ImageLookup,
): Promise<Found | undefined> {
  if (!step || typeof step.after["stdin"] !== "string") return undefined;
  const request = JSON.parse(step.after["stdin"]) as BuildRequest;
  const digest = digestIn(step.after) ?? (await digestOn(request, at));
  const image = digest === undefined ? undefined : await lookUp(request.inputs.layer, digest);
  return image === undefined ? undefined : { image, isPresent: digest === digestIn(step.before) };
}

/** The input digest that the engine knows; it does not where an image below is still to be made, or to be found. */
function digestIn(resource: PreviewStep["after"]): string | undefined {
  const [digest] = (resource["triggers"] ?? []) as unknown[];
  return typeof digest === "string" ? digest : undefined;
}

async function digestOn({ id, inputs, heldPlaces }: BuildRequest, at: FoundAt): Promise<string | undefined> {
  const below = id.split(".").slice(0, -1).join(".");
  const parent = below === "" ? undefined : (await at(below))?.image;
  const held = await Promise.all(
    Object.entries(heldPlaces ?? {}).map(async ([name, place]) => [name, (await at(place))?.image] as const),
  );
  const missing = (below !== "" && parent === undefined) || held.some(([, image]) => image === undefined);
  if (missing) return undefined;
  return inputDigest(inputs, parent, heldPlaces && (Object.fromEntries(held) as Record<string, string>));
}

async function fromEngine(layer: string, digest: string): Promise<string | undefined> {
  const image = (await inspectImage(localReference(layer, digest)))?.Id;
  if (image === undefined) return undefined;
  return foundProblem(projectRoot, { name: layer, digest: image }, digest) === undefined ? image : undefined;
}
