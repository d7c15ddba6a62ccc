import { inspectImage } from "../../engine/images.ts";
import { localReference } from "../../engine/labels.ts";
import type { BuildRequest } from "../../plan/buildRequest.ts";
import { hasProof } from "../../images/proof/store.ts";
import type { LayerLine } from "./line.ts";
import type { PreviewStep } from "./step.ts";

/**
 * The lines of layers, with the image of each that would be built but is in the engine already, where an update finds it.
 * Only asks the engine; without one nothing is found. Whether a registry has an image is seen by the update.
 */
export async function withFound(
  lines: readonly LayerLine[],
  steps: readonly PreviewStep[],
): Promise<LayerLine[]> {
  return Promise.all(
    lines.map(async (line) => {
      const step = steps.find(({ name, after }) => name === line.id && after["stdin"] !== undefined);
      if (line.action !== "build" || !step) return line;
      const found = await imageOf(step).catch(() => undefined);
      return found === undefined ? line : { ...line, found };
    }),
  );
}

/** The image that the engine has for a layer's inputs; none while the layer below is not known. */
async function imageOf({ after }: PreviewStep): Promise<string | undefined> {
  const [digest] = (after["triggers"] ?? []) as unknown[];
  if (typeof digest !== "string" || typeof after["stdin"] !== "string") return undefined;
  const { inputs } = JSON.parse(after["stdin"]) as BuildRequest;
  const image = (await inspectImage(localReference(inputs.layer, digest)))?.Id;
  return image !== undefined && hasProof(image) ? image : undefined;
}
