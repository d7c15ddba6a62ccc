import { execa, type ResultPromise } from "execa";

/** What the engine says of an image, as far as it is read here. */
export interface ImageFacts {
  Id: string;
  Architecture: string;
  Os: string;
  Size: number;
  /** Where registries have it: `name@sha256:…`. */
  RepoDigests?: string[] | null;
  /** What it says of how the image runs, and its labels. */
  Config: { Labels?: Record<string, string> | null; [setting: string]: unknown };
  RootFS: { Layers: string[] };
}

/** Runs the docker client; standard output is returned, a failure carries what it printed. */
export async function docker(args: string[], options: { input?: string } = {}): Promise<string> {
  const { stdout } = await execa("docker", args, options);
  return stdout;
}

/** The image of a reference or id; undefined when the engine does not have it. `env` may name another engine. */
export async function inspectImage(
  reference: string,
  env: Record<string, string> = {},
): Promise<ImageFacts | undefined> {
  const result = await execa("docker", ["image", "inspect", reference], { reject: false, env });
  if (result.exitCode === 0) return (JSON.parse(result.stdout) as ImageFacts[])[0];
  if (/no such image|not found/i.test(result.stderr)) return undefined;
  throw new Error(`docker image inspect ${reference}: ${result.stderr || result.shortMessage || "failed"}`);
}

/** Ids of the images with a label of a value. */
export async function imagesLabelled(label: string, value: string): Promise<string[]> {
  return lines(
    await docker(["image", "ls", "--all", "--quiet", "--no-trunc", "--filter", `label=${label}=${value}`]),
  );
}

/** Ids of all containers, running or not, with a label. */
export async function containersLabelled(label: string): Promise<string[]> {
  return lines(await docker(["ps", "--all", "--quiet", "--no-trunc", "--filter", `label=${label}`]));
}

/** Pulls a reference; false when the registry has no such image. */
export async function pullImage(reference: string): Promise<boolean> {
  const result = await execa("docker", ["pull", "--quiet", reference], { reject: false });
  if (result.exitCode === 0) return true;
  if (/manifest unknown|not found|does not exist/i.test(result.stderr)) return false;
  throw new Error(`docker pull ${reference}: ${result.stderr}`);
}

/** Writes an image with its layers as an archive. */
export function saveImage(image: string, output: string): ResultPromise {
  return execa("docker", ["save", "--output", output, image]);
}

/** Loads an image archive. */
export async function loadImage(archive: string): Promise<void> {
  await docker(["load", "--quiet", "--input", archive]);
}

function lines(text: string): string[] {
  return [...new Set(text.split("\n").filter((line) => line !== ""))];
}
