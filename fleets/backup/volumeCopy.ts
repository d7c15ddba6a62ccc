import type { DockerClient } from "../../engine/DockerClient.ts";

/** What it takes to copy files of all users, and nothing more. */
const capabilities = ["CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID"];

/** What copies, and for whom. */
export interface VolumeCopy {
  /** Any image that has cp, find and sync. */
  image: string;
  /** By which what copies is found when who began it was killed. */
  label: string;
  from: string;
  to: string;
}

/** Copies all that a volume has into a new one, and has the disk know it. */
export async function copyVolume(engine: DockerClient, copy: VolumeCopy): Promise<void> {
  await engine.run(copyArguments(copy, ["cp", "--archive", "/from/.", "/to/"]));
  await engine.run(copyArguments(copy, ["sync", "--file-system", "/to"]));
}

/** Copies all that a volume has in the place of all that another one has; likewise. */
export async function replaceVolume(engine: DockerClient, copy: VolumeCopy): Promise<void> {
  await engine.run(copyArguments(copy, ["find", "/to", "-mindepth", "1", "-delete"]));
  await copyVolume(engine, copy);
}

/** The command line of one step. */
export function copyArguments(
  { image, label, from, to }: VolumeCopy,
  [program = "", ...args]: readonly string[],
): string[] {
  return [
    ...["run", "--rm", "--label", label, "--network", "none", "--read-only", "--user", "0:0"],
    ...["--cap-drop", "ALL", ...capabilities.flatMap((name) => ["--cap-add", name])],
    ...["--volume", `${from}:/from:ro`, "--volume", `${to}:/to`],
    ...["--entrypoint", program, image, ...args],
  ];
}
