import { inspectContainers } from "../../engine/containers.ts";
import type { DockerClient } from "../../engine/DockerClient.ts";

/** Makes room for a box of a name: what a killed command left there is removed. @throws Error where one runs. */
export async function refuseSecond(engine: DockerClient, name: string): Promise<void> {
  const [found] = await inspectContainers([name], engine);
  if (!found) return;
  if (found.State.Running)
    throw new Error(
      `${name}: expected no other run of this task, got one since ${found.State.StartedAt.slice(0, 19)}Z; wait for its end, or stop it by docker stop ${name}`,
    );
  await engine.run(["rm", "--force", "--volumes", found.Id]);
}
