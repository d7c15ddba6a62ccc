import * as path from "node:path/posix";
import { pack } from "tar-stream";
import { dockerProblem, type DockerClient } from "../../engine/DockerClient.ts";
import { throwAwayLabel } from "../../engine/throwAway.ts";
import type { FillRequest } from "./request.ts";

/**
 * Has the engine give a new volume what an image has at its place, by a container that is never started. It does so with every container
 * on an empty volume; with several at once they fail over each other's folders. Where the image has nothing there, the volume is handed to
 * those who write there.
 */
export async function fillVolume(engine: DockerClient, request: FillRequest): Promise<void> {
  const { volume, path: place, image, owner } = request;
  const own = ["create", "--network", "none", "--label", `${throwAwayLabel}=${volume}`];
  if (request.requires) await requireOne(engine, [...own, image, "true"], request.requires);
  const mount = ["--mount", `type=volume,source=${volume},target=${place}`];
  // An image need not say what it runs.
  const id = await engine.run([...own, ...mount, image, "true"]);
  try {
    if (owner && (await isBare(engine, [...own, image, "true"], place)))
      await handOver(engine, id, place, owner);
  } finally {
    await engine.run(["rm", id]);
  }
}

/** @throws Error when an image has none of some files. */
async function requireOne(
  engine: DockerClient,
  create: readonly string[],
  { oneOf, problem }: NonNullable<FillRequest["requires"]>,
): Promise<void> {
  for (const place of oneOf) if (!(await isBare(engine, create, place))) return;
  throw new Error(problem);
}

/** Whether an image has nothing at a place, by a container without a volume there. */
async function isBare(engine: DockerClient, create: readonly string[], place: string): Promise<boolean> {
  const id = await engine.run(create);
  try {
    const args = ["cp", `${id}:${place}`, "-"];
    const copied = engine.output(args);
    const { done, value } = await copied.next();
    // Something is there: no need for all of it.
    if (!done) {
      await copied.return({ exitCode: 0, stderr: "" });
      return false;
    }
    if (value.exitCode !== 0 && /could not find|no such/i.test(value.stderr)) return true;
    throw new Error(dockerProblem(args, value.stderr));
  } finally {
    await engine.run(["rm", "--volumes", id]);
  }
}

/** Gives a mounted volume to an owner: as a folder of an archive, since the engine takes its owner from there, and no program of the image's is needed. */
async function handOver(
  engine: DockerClient,
  container: string,
  place: string,
  { uid, gid }: NonNullable<FillRequest["owner"]>,
): Promise<void> {
  const { dir, base } = path.parse(place.replace(/\/+$/, ""));
  const tar = pack();
  tar.entry({ name: `${base}/`, type: "directory", mode: 0o755, uid, gid });
  tar.finalize();
  const args = ["cp", "-", `${container}:${dir}`];
  const { exitCode, stderr } = await engine.feed(args, tar as AsyncIterable<Uint8Array>);
  if (exitCode !== 0) throw new Error(dockerProblem(args, stderr));
}
