import type { DockerClient } from "../../engine/DockerClient.ts";
import type { FitRequest } from "./request.ts";

/** Asks an image whether it takes an accessory's data as it is. @throws Error with what it says, where it does not. */
export async function askFit(engine: DockerClient, request: FitRequest): Promise<void> {
  const { exitCode, all } = await engine.ask(fitArguments(request));
  if (exitCode === 0) return;
  throw new Error(
    `accessories.${request.accessory}: expected an image that takes the data in ${request.volume} as it is, got one that does not, as it says below; its box stays as it is. Have its layer as it was, or move the data (docs/fleets.md)\n${all.trim().replace(/^/gm, "  ")}`,
  );
}

/** The command line of that: it may read all of the volume, and change nothing. */
export function fitArguments({
  image,
  volume,
  volumePath,
  command: [program = "", ...args],
}: FitRequest): string[] {
  return [
    ...["run", "--rm", "--network", "none", "--read-only", "--user", "0:0"],
    ...["--cap-drop", "ALL", "--cap-add", "DAC_READ_SEARCH", "--security-opt", "no-new-privileges:true"],
    ...["--volume", `${volume}:${volumePath}:ro`, "--entrypoint", program, image, ...args],
  ];
}
