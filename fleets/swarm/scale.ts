import type { DockerClient } from "../../engine/DockerClient.ts";

/** How many boxes a service is to have. @throws Error where there is no such service. */
export async function replicasOf(service: string, manager: DockerClient): Promise<number> {
  const format = "{{.Spec.Mode.Replicated.Replicas}}";
  return Number(await manager.run(["service", "inspect", "--format", format, service]));
}

/** Has a service have so many boxes; they come and go after it. @throws Error where there is no such service. */
export async function scaleTo(service: string, boxes: number, manager: DockerClient): Promise<void> {
  await manager.run(["service", "scale", "--detach", `${service}=${boxes}`]);
}
