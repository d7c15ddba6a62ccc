import { localEngine, type DockerClient } from "./DockerClient.ts";

/** What an engine runs images for, in the words of images: `amd64`, `linux`. */
export async function enginePlatform(
  engine: DockerClient = localEngine,
): Promise<{ architecture: string; os: string }> {
  const answer = await engine.run(["version", "--format", "{{json .Server}}"]);
  const { Arch, Os } = JSON.parse(answer) as { Arch: string; Os: string };
  return { architecture: Arch, os: Os };
}
