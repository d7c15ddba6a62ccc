import { containersLabelled } from "../../engine/containers.ts";
import { localEngine } from "../../engine/DockerClient.ts";
import { labels } from "../../engine/labels.ts";
import { buildLock, ownInputDigest } from "../buildName/buildName.ts";
import { isLocked } from "../../work/lock.ts";

/**
 * Removes the containers and half-made images of this user's builds that no living process works on.
 * @param own the input digest of the build that asks: its lock is held by itself, and what lies there is from before.
 */
export async function sweepDeadBuilds(own: string): Promise<void> {
  const dead = (build: string) => {
    const inputDigest = ownInputDigest(build);
    if (inputDigest === undefined) return false;
    return inputDigest === own || !isLocked(buildLock(inputDigest));
  };
  const listedImages = () =>
    localEngine.run([
      ...["image", "ls", "--all", "--no-trunc"],
      ...["--filter", `label=${labels.build}`, "--format", "{{.ID}}"],
    ]);
  const [containers, listed] = await Promise.all([containersLabelled(labels.build), listedImages()]);
  for (const container of containers) {
    const build = await localEngine
      .run(["inspect", "--format", `{{index .Config.Labels "${labels.build}"}}`, container])
      .catch(() => undefined);
    if (build !== undefined && dead(build))
      await localEngine.run(["rm", "--force", "--volumes", container]).catch(ignoreGone);
  }
  for (const image of new Set(listed.split("\n").filter((line) => line !== ""))) {
    const build = await localEngine
      .run(["image", "inspect", "--format", `{{index .Config.Labels "${labels.build}"}}`, image])
      .catch(() => undefined);
    if (build !== undefined && dead(build))
      await localEngine.run(["image", "rm", "--force", image]).catch(ignoreGone);
  }
}

/** Two sweeps may meet; what the other one removed is no error. */
function ignoreGone(error: unknown): void {
  if (!/no such|already in progress|being used/i.test(String(error))) throw error;
}
