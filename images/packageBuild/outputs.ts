import {
  chmodSync,
  createWriteStream,
  lstatSync,
  lutimesSync,
  mkdirSync,
  readdirSync,
  rmSync,
  utimesSync,
} from "node:fs";
import * as path from "node:path";
import { pipeline } from "node:stream/promises";
import { execa } from "execa";
import { localEngine } from "../../engine/DockerClient.ts";

/**
 * Takes what a build has made out of its container, in the place of what is there.
 * @param folder of the source in the container. @param staged the same on this machine.
 * @returns false where the container has no such file or folder.
 */
export async function takeOutput(
  container: string,
  output: string,
  { folder, staged }: { folder: string; staged: string },
  work: string,
): Promise<boolean> {
  const archive = path.join(work, "output.tar");
  const read = localEngine.output(["cp", `${container}:${path.posix.join(folder, output)}`, "-"]);
  let end: { exitCode: number | undefined; stderr: string } = { exitCode: 0, stderr: "" };
  await pipeline(async function* () {
    end = yield* read;
  }, createWriteStream(archive));
  if (/no such container:path|could not find the file/i.test(end.stderr)) return false;
  if (end.exitCode !== 0) throw new Error(`docker cp: expected ${output}, got ${end.stderr.trim()}`);
  const target = path.join(staged, output);
  rmSync(target, { recursive: true, force: true });
  mkdirSync(path.dirname(target), { recursive: true });
  const args = ["--extract", "--no-same-owner", "--no-same-permissions", "--file", archive];
  await execa("tar", [...args, "--directory", path.dirname(target)]);
  rmSync(archive);
  return true;
}

/** Makes files the same whenever and by whomever they were made: times, modes, and without what Python compiled. */
export function settle(place: string, epochSeconds: number): void {
  const stats = lstatSync(place);
  if (stats.isSymbolicLink()) {
    lutimesSync(place, epochSeconds, epochSeconds);
    return;
  }
  if (stats.isDirectory()) {
    chmodSync(place, 0o755);
    for (const entry of readdirSync(place)) settle(path.join(place, entry), epochSeconds);
    if (path.basename(place) === "__pycache__") rmSync(place, { recursive: true });
    else utimesSync(place, epochSeconds, epochSeconds);
  } else if (!stats.isFile() || place.endsWith(".pyc")) {
    rmSync(place);
  } else {
    chmodSync(place, (stats.mode & 0o111) === 0 ? 0o644 : 0o755);
    utimesSync(place, epochSeconds, epochSeconds);
  }
}
