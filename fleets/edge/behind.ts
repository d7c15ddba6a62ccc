import { networkModes } from "../../engine/containers.ts";
import { localEngine, type DockerClient } from "../../engine/DockerClient.ts";

/**
 * The running edges behind a door (its container's id), newest first: they share its network. While one is swapped there are
 * two, and both take requests. Stacks of other clones may have edges on the same engine, behind doors of their own.
 */
export async function edgesBehind(door: string, engine: DockerClient = localEngine): Promise<string[]> {
  const filters = ["--filter", "label=immutable-fleets.box", "--filter", "status=running"];
  const ids = await engine.lines(["ps", "--quiet", "--no-trunc", ...filters]);
  if (ids.length === 0) return [];
  return (await networkModes(ids, engine)).flatMap(({ id, mode }) =>
    mode === `container:${door}` ? [id] : [],
  );
}
