import { localEngine, type DockerClient } from "../../engine/DockerClient.ts";

/** The label of an edge that has a network of its own: its door's container id. */
export const doorLabel = "immutable-fleets.door";

/**
 * The running edges behind a door (its container's id), newest first. While one is swapped there are two, and both take requests.
 * Stacks of other clones may have edges on the same engine, behind doors of their own.
 */
export async function edgesBehind(door: string, engine: DockerClient = localEngine): Promise<string[]> {
  const filters = ["--filter", "label=immutable-fleets.box", "--filter", "status=running"];
  const ids = await engine.lines(["ps", "--quiet", "--no-trunc", ...filters]);
  if (ids.length === 0) return [];
  return (await doorsOf(ids, engine)).flatMap((each) => (each.door === door ? [each.id] : []));
}

/** The doors that containers are behind: by their label, or as they share its network. Others are left out. */
export async function doorsOf(
  ids: readonly string[],
  engine: DockerClient,
): Promise<{ id: string; door: string }[]> {
  const format = `{{.Id}} {{.HostConfig.NetworkMode}} {{index .Config.Labels "${doorLabel}"}}`;
  // One that has just gone makes the answer of the others no worse.
  const { stdout } = await engine.ask(["inspect", "--format", format, ...ids]);
  return stdout.split("\n").flatMap((line) => {
    const [id = "", mode = "", label = ""] = line.split(" ");
    const door = label || (/^container:(.+)$/.exec(mode)?.[1] ?? "");
    return door === "" ? [] : [{ id, door }];
  });
}
