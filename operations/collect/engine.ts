import { z } from "zod";
import { inspectContainers, runDocker, type ContainerFacts } from "../../engine/containers.ts";
import { understood } from "./answer.ts";

const imageSchema = z.object({
  Id: z.string(),
  RepoTags: z.array(z.string()).nullish(),
  RepoDigests: z.array(z.string()).nullish(),
  Metadata: z.object({ LastTagTime: z.string().optional() }).optional(),
  Size: z.number(),
  Config: z.object({ Labels: z.record(z.string(), z.string()).nullish() }).nullish(),
  RootFS: z.object({ Layers: z.array(z.string()).nullish() }),
});

/** An image as the engine describes it. */
export type EngineImage = z.output<typeof imageSchema>;

/** What an engine has. */
export interface EngineFacts {
  /** Images that are not ours are among them: they may stand on ours. */
  images: EngineImage[];
  containers: ContainerFacts[];
}

/** Reads all that the engine has; which one that is, the environment says. */
export async function readEngine(): Promise<EngineFacts> {
  const [images, containers] = await Promise.all([allImages(), allContainers()]);
  return { images, containers };
}

async function allImages(): Promise<EngineImage[]> {
  const { stdout } = await runDocker(["image", "ls", "--all", "--quiet", "--no-trunc"]);
  const ids = [...new Set(stdout.split("\n").filter((line) => line !== ""))];
  if (ids.length === 0) return [];
  const inspected = await runDocker(["image", "inspect", ...ids]);
  return understood(z.array(imageSchema), inspected.stdout, "docker image inspect");
}

async function allContainers(): Promise<ContainerFacts[]> {
  const { stdout } = await runDocker(["ps", "--all", "--quiet", "--no-trunc"]);
  return inspectContainers(stdout.split("\n").filter((line) => line !== ""));
}
