import { composeChains } from "./document/file.ts";
import type { ComposeImage } from "./document/image.ts";
import type { ContainersPlan } from "../../plan/environment/TargetPlan.ts";
import type { Recipes } from "../../plan/recipes.ts";
import { buildChain } from "../../images/layer/buildChain.ts";
import { inspectImage } from "../../engine/images.ts";

/** The images of an environment by their place, found in the engine or the registry, else built. */
export async function composeImages(
  plan: ContainersPlan,
  recipes: Recipes,
  root: string,
): Promise<Map<string, ComposeImage>> {
  const images = new Map<string, ComposeImage>();
  // One after the other: most are there, and those that are not share layers.
  for (const chain of composeChains(plan))
    for (const { place, image, services } of await buildChain(chain, recipes, root))
      images.set(place, {
        reference: await reference(image, recipes.registry?.prefix),
        digest: image,
        services,
      });
  return images;
}

/** How other machines find an image, where a registry has it: by the digest that this one gave it. */
async function reference(image: string, prefix: string | undefined): Promise<string> {
  if (prefix === undefined) return image;
  const facts = await inspectImage(image);
  return facts?.RepoDigests?.find((each) => each.startsWith(`${prefix}/`)) ?? image;
}
