import { localEngine, type DockerClient } from "./DockerClient.ts";
import type { ImageFacts } from "./images.ts";

/** What an engine runs images for, in the words of images: `amd64`, `linux`. */
export async function enginePlatform(
  engine: DockerClient = localEngine,
): Promise<{ architecture: string; os: string }> {
  const answer = await engine.run(["version", "--format", "{{json .Server}}"]);
  const { Arch, Os } = JSON.parse(answer) as { Arch: string; Os: string };
  return { architecture: Arch, os: Os };
}

/**
 * Refuses an image that an engine does not run by its own processor.
 * @param where for people: `image base.python`. @throws Error, as `expected …, got …; fix`.
 */
export async function refuseOtherArchitecture(
  where: string,
  { Architecture }: Pick<ImageFacts, "Architecture">,
  engine: DockerClient = localEngine,
): Promise<void> {
  const { architecture } = await enginePlatform(engine);
  if (Architecture === architecture) return;
  throw new Error(
    `${where}: expected an image for ${architecture}, as the engine is, got one for ${Architecture}; build it on such a machine, or run it on another engine`,
  );
}
