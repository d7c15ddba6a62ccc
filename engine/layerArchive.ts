import { createWriteStream, readFileSync } from "node:fs";
import * as path from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { localEngine, type DockerEnd } from "./DockerClient.ts";

/** Where an engine has the uppermost layer of an image, on its own machine. */
interface LayerPlace {
  Name: string;
  Data?: { UpperDir?: string } | null;
}

/**
 * Writes the archive of the uppermost layer alone, where the engine's own folder of it can be read; `docker save` writes all
 * layers, however many there are below.
 * @param by an image with Python 3, in a box of which it is read.
 * @returns false where the engine keeps layers in another form, or for other users than it shows; then nothing is written.
 */
export async function writeTopLayer(image: string, by: string, output: string): Promise<boolean> {
  const folder = await topLayerFolder(image);
  if (folder === undefined) return false;
  const program = readFileSync(path.join(import.meta.dirname, "layer_archive.py"), "utf8");
  const reading = localEngine.output([
    ...[
      "run",
      "--rm",
      "--log-driver",
      "none",
      "--network",
      "none",
      "--pull",
      "never",
      "--read-only",
      "--user",
      "0:0",
    ],
    // To see which folders hide those below is the administrator's right (overlayfs, "trusted.overlay.opaque").
    ...["--cap-drop", "ALL", "--cap-add", "DAC_READ_SEARCH", "--cap-add", "SYS_ADMIN"],
    ...["--security-opt", "no-new-privileges", "--volume", `${folder}:/layer:ro`],
    ...["--entrypoint", "python3", "--", by, "-IBc", program, "/layer"],
  ]);
  let end: DockerEnd | undefined;
  const noting = async function* () {
    end = yield* reading;
  };
  await pipeline(Readable.from(noting()), createWriteStream(output));
  return end?.exitCode === 0;
}

async function topLayerFolder(image: string): Promise<string | undefined> {
  const [info, inspected] = await Promise.all([
    localEngine.ask(["info", "--format", "{{json .DriverStatus}} {{json .SecurityOptions}}"]),
    localEngine.ask(["image", "inspect", "--format", "{{json .GraphDriver}}", image]),
  ]);
  if (info.exitCode !== 0 || inspected.exitCode !== 0) return undefined;
  const isPlain =
    info.stdout.includes('["Native Overlay Diff","true"]') && !/name=(userns|rootless)/.test(info.stdout);
  const { Name, Data } = JSON.parse(inspected.stdout) as LayerPlace;
  return isPlain && Name === "overlay2" ? Data?.UpperDir : undefined;
}
