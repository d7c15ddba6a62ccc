import type { DockerClient } from "../../engine/DockerClient.ts";
import { throwAwayLabel } from "../../engine/throwAway.ts";
import type { FillRequest } from "./request.ts";

/**
 * Has the engine give a new volume what an image has at its place, by a container that is never started. It does so with every container
 * on an empty volume; with several at once they fail over each other's folders.
 */
export async function fillVolume(engine: DockerClient, request: FillRequest): Promise<void> {
  const { volume, path, image } = request;
  const id = await engine.run([
    ...["create", "--network", "none", "--label", `${throwAwayLabel}=${volume}`],
    ...["--mount", `type=volume,source=${volume},target=${path}`],
    // An image need not say what it runs.
    ...[image, "true"],
  ]);
  await engine.run(["rm", id]);
}
