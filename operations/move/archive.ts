/** The volume that is read or written, by which image, and the label by which the container is found again (`key=value`). */
export interface ArchiveStep {
  image: string;
  volume: string;
  label: string;
}

const mounted = "/data";

/** Whatever reads the same files writes the same bytes: in order, without the times that reading changes. */
const create = [
  ...["--create", "--sort=name", "--numeric-owner", "--xattrs", "--xattrs-include=user.*", "--format=posix"],
  ...["--pax-option=exthdr.name=%d/PaxHeaders/%f,delete=atime,delete=ctime", "--directory", mounted, "."],
];

/** The digest of such an archive. A pipe tells how its last part ended: how tar did comes by another way. */
const digest = `exec 4>&1; status=$({ { tar "$@"; echo $? >&3; } | sha256sum >&4; } 3>&1); exit "$status"`;

/** The command line that writes all of a volume to standard output. */
export function archiveArguments(step: ArchiveStep): string[] {
  return inContainer(step, "ro", ["DAC_OVERRIDE"], [], ["tar", ...create]);
}

/** The command line that prints the digest of what `archiveArguments` would write, from the disk. */
export function digestArguments(step: ArchiveStep): string[] {
  return inContainer(step, "ro", ["DAC_OVERRIDE"], [], ["sh", "-c", digest, "sh", ...create]);
}

/** The command line that fills a volume from standard input, and has the disk know it. */
export function extractArguments(step: ArchiveStep): string[] {
  const extract = ["--extract", "--numeric-owner", "--same-owner", "--preserve-permissions", "--xattrs"];
  // tar may end at the archive's own end, while what pads it is still being written.
  const script = `tar "$@" && cat > /dev/null && sync`;
  return inContainer(
    ...([step, "rw", ["CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID"], ["--interactive"]] as const),
    ["sh", "-c", script, "sh", ...extract, "--directory", mounted],
  );
}

function inContainer(
  { image, volume, label }: ArchiveStep,
  mode: "ro" | "rw",
  capabilities: readonly string[],
  options: readonly string[],
  [program = "", ...args]: readonly string[],
): string[] {
  return [
    // The engine would keep all that is written as the container's log.
    ...["run", "--rm", "--log-driver", "none", "--label", label, ...options],
    ...["--network", "none", "--read-only", "--user", "0:0"],
    ...["--cap-drop", "ALL", ...capabilities.flatMap((name) => ["--cap-add", name])],
    ...["--volume", `${volume}:${mounted}:${mode}`, "--entrypoint", program, image, ...args],
  ];
}
