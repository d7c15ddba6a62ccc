import type { BuildResult, PlacedRequest } from "../../plan/buildRequest.ts";
import { inputDigest } from "../../plan/inputs.ts";
import type { BuilderImage } from "../packageBuild/build.ts";

/** What the builds of those layers have of the build that needs them. */
type Asking = Pick<PlacedRequest, "epochSeconds" | "passwords" | "registry" | "lock">;

/**
 * What makes the images of layers that packages are built in: each is found by its inputs, or built, as the layer itself would be.
 * @param build builds a layer.
 */
export function builderImage(
  build: (request: PlacedRequest, root: string) => Promise<BuildResult>,
  { epochSeconds, passwords, registry, lock }: Asking,
  root: string,
): BuilderImage {
  return async (layers) => {
    let image: string | undefined;
    for (const { place: id, inputs, noSecrets } of layers) {
      const request = {
        ...{ id, inputs, epochSeconds, inputDigest: inputDigest(inputs, image) },
        ...(image !== undefined && { parent: image }),
        ...(noSecrets && { noSecrets }),
        ...(passwords && { passwords }),
        ...(registry && { registry }),
        ...(lock && { lock }),
      };
      ({ image } = await build(request, root));
    }
    if (image === undefined) throw new Error("expected the layers that a package is built in, got none");
    return image;
  };
}
