import { z } from "zod";
import { allContainers, inspectContainers, type ContainerFacts } from "../../engine/containers.ts";
import { localEngine, type DockerClient } from "../../engine/DockerClient.ts";
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

/** Reads all that an engine has. */
export async function readEngine(engine: DockerClient = localEngine): Promise<EngineFacts> {
  const [images, containers] = await Promise.all([
    allImages(engine),
    allContainers(engine).then((ids) => inspectContainers(ids, engine)),
  ]);
  return { images, containers };
}

async function allImages(engine: DockerClient): Promise<EngineImage[]> {
  const ids = await engine.lines(["image", "ls", "--all", "--quiet", "--no-trunc"]);
  if (ids.length === 0) return [];
  const inspected = await engine.run(["image", "inspect", ...ids]);
  return understood(z.array(imageSchema), inspected, "docker image inspect");
}
