import { execa } from "execa";
import { docker } from "../../engine/docker.ts";

/**
 * The running edges behind a door (its container's id), newest first: they share its network. While one is swapped there are
 * two, and both take requests. Stacks of other clones may have edges on the same engine, behind doors of their own.
 */
export async function edgesBehind(door: string): Promise<string[]> {
  const filters = ["--filter", "label=immutable-fleets.box", "--filter", "status=running"];
  const running = (await docker(["ps", "--quiet", "--no-trunc", ...filters])).split("\n");
  const ids = running.filter((line) => line !== "");
  if (ids.length === 0) return [];
  // One that has just gone makes the answer of the others no worse.
  const format = "{{.Id}} {{.HostConfig.NetworkMode}}";
  const modes = await execa("docker", ["inspect", "--format", format, ...ids], { reject: false });
  return modes.stdout
    .split("\n")
    .map((line) => line.split(" "))
    .flatMap(([id = "", mode]) => (mode === `container:${door}` ? [id] : []));
}
