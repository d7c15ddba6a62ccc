import { localEngine, type DockerClient } from "./DockerClient.ts";

/** What the engine says of an image, as far as it is read here. */
export interface ImageFacts {
  Id: string;
  Architecture: string;
  Os: string;
  Size: number;
  /** Where registries have it: `name@sha256:…`. */
  RepoDigests?: string[] | null;
  /** Its names on this engine. */
  RepoTags?: string[] | null;
  /** When it was last given a name; the zero year where it never was. */
  Metadata?: { LastTagTime?: string };
  /** What it says of how the image runs, and its labels. */
  Config: { Labels?: Record<string, string> | null; [setting: string]: unknown };
  RootFS: { Layers: string[] };
}

/** The image of a reference or id; undefined when the engine does not have it. */
export async function inspectImage(
  reference: string,
  engine: DockerClient = localEngine,
): Promise<ImageFacts | undefined> {
  const answer = await engine.ask(["image", "inspect", reference]);
  if (answer.exitCode === 0) return (JSON.parse(answer.stdout) as ImageFacts[])[0];
  if (/no such image|not found/i.test(answer.stderr)) return undefined;
  throw new Error(`docker image inspect ${reference}: ${answer.stderr || "failed"}`);
}

/** Those of these images that the engine has, by id, asked in one call. @param ids whole ones: `sha256:…`. */
export async function inspectImages(
  ids: readonly string[],
  engine: DockerClient = localEngine,
): Promise<ReadonlyMap<string, ImageFacts>> {
  if (ids.length === 0) return new Map();
  const answer = await engine.ask(["image", "inspect", ...new Set(ids)]);
  // It tells of those that are there, and then that others are not.
  if (answer.exitCode !== 0 && !/no such image|not found/i.test(answer.stderr))
    throw new Error(`docker image inspect: ${answer.stderr || "failed"}`);
  const found = JSON.parse(answer.stdout) as ImageFacts[];
  return new Map(found.map((facts) => [facts.Id, facts]));
}

/** Ids of the images with a label of a value. */
export async function imagesLabelled(label: string, value: string): Promise<string[]> {
  const filter = `label=${label}=${value}`;
  return localEngine.lines(["image", "ls", "--all", "--quiet", "--no-trunc", "--filter", filter]);
}

/** Gives an image one more name. */
export async function tagImage(
  image: string,
  reference: string,
  engine: DockerClient = localEngine,
): Promise<void> {
  await engine.run(["tag", image, reference]);
}

/** Pulls a reference; false when the registry has no such image. */
export async function pullImage(reference: string, engine: DockerClient = localEngine): Promise<boolean> {
  const answer = await engine.ask(["pull", "--quiet", reference]);
  if (answer.exitCode === 0) return true;
  if (/manifest unknown|not found|does not exist/i.test(answer.stderr)) return false;
  throw new Error(`docker pull ${reference}: ${answer.stderr}`);
}

/** Brings an image to its registry by its name there. */
export async function pushImage(reference: string): Promise<void> {
  await localEngine.run(["push", "--quiet", reference]);
}

/** Writes an image with its layers as an archive. */
export async function saveImage(image: string, output: string): Promise<void> {
  await localEngine.run(["save", "--output", output, image]);
}

/** Loads an image archive. */
export async function loadImage(archive: string): Promise<void> {
  await localEngine.run(["load", "--quiet", "--input", archive]);
}

/**
 * Does something with the file system of an image that does not run: with the id of a container of it that is never started.
 * @param look why, for who finds what a killed process left: the value of its label.
 */
export async function withContentOf<T>(
  image: string,
  look: string,
  work: (container: string) => Promise<T>,
): Promise<T> {
  // The command is for images that name none; it is never run.
  const container = await localEngine.run([
    ...["create", "--label", `immutable-fleets.look=${look}`, image, "none"],
  ]);
  try {
    return await work(container);
  } finally {
    await localEngine.ask(["rm", "--volumes", container]);
  }
}
