import { localEngine, type DockerClient } from "./DockerClient.ts";

/** The label of volumes with what package managers keep from build to build; its value is the package. */
export const cacheLabel = "immutable-fleets.package-cache";

/** The volumes of such caches, by name. */
export function packageCaches(engine: DockerClient = localEngine): Promise<string[]> {
  return engine.lines(["volume", "ls", "--quiet", "--filter", `label=${cacheLabel}`]);
}
