import type { Configuration } from "../../../config/schema.ts";
import { buildChain } from "../../../images/layer/buildChain.ts";
import type { ReleaseContent } from "../../../images/release/release.ts";
import { environmentPlan } from "../../../plan/environment/plan.ts";

/** Builds the images of an environment ahead of its update, which then finds them. @returns them as a release would have them. */
export async function builtContent(configuration: Configuration, root: string): Promise<ReleaseContent> {
  const { images, machineImages } = environmentPlan(configuration);
  const chains = [...images.chains, ...(machineImages?.local ?? []).map(({ chain }) => chain)];
  const built: ReleaseContent["images"] = {};
  for (const chain of chains)
    for (const { place, image } of await buildChain(chain, configuration, root))
      built[place] = { image, inputDigest: "" };
  const fleets = Object.entries(images.fleets).map(([fleet, { image, machineImage }]) => {
    // A disk has what its layers have.
    const place = image ?? machineImage;
    return [fleet, place === undefined ? {} : { image: place }] as const;
  });
  return { images: built, machineImages: {}, fleets: Object.fromEntries(fleets) };
}
