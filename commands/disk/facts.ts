import { projectRoot } from "../../config/root.ts";
import { diskDigest } from "../../images/disk/raw/changedBlocks.ts";
import { attestDisk } from "../../images/proof/attestDisk.ts";
import { sourceDateEpochSeconds } from "../../plan/epoch.ts";
import { mapped, optional, required, several, UsageProblem, wholeNumber } from "../line/option.ts";

/** The file that a step makes. */
export const outputOption = required("FILE", "file to make");

/** The disk that a step works on. */
export const diskOption = required("FILE", "raw disk");

/** What a disk is told of its image. */
export const facts = {
  digest: required("sha256:…", "digest of the image, which the box reports"),
  volume: mapped(several("PATH=DEVICE", "volume to mount; formatted when blank"), volumesOf),
  epoch: wholeNumber("SECONDS", "clock of the disk", sourceDateEpochSeconds),
  setting: optional("NAME", "configuration path of the size, for messages"),
};

interface Facts {
  digest: string;
  volume: Record<string, string>;
  epoch: number;
  setting: string | undefined;
}

/** As what makes disks takes them. */
export function diskFacts({ digest, volume, epoch, setting }: Facts) {
  return { digest, volumes: volume, sourceDateEpoch: epoch, ...(setting !== undefined && { setting }) };
}

/** A made disk, its digest, and where its proof is; none for a disk whose image has none. */
export async function proved(made: string, { digest, volume }: Facts, startedAt: Date) {
  const digestOfDisk = await diskDigest(made);
  const known = { diskDigest: digestOfDisk, image: digest, startedAt, digest, volumes: volume };
  const proof = await attestDisk(projectRoot, known);
  return { disk: made, diskDigest: digestOfDisk, ...(proof !== undefined && { proof }) };
}

/** Prints the result of a step, as one line. */
export function print(result: unknown): void {
  process.stdout.write(`${JSON.stringify(result)}\n`);
}

/** `PATH=DEVICE` pairs; what they may hold is checked where they are written. */
function volumesOf(pairs: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const equals = pair.indexOf("=");
      if (equals < 1) throw new UsageProblem("PATH=DEVICE", pair, "write it as /data=/dev/sdf");
      return [pair.slice(0, equals), pair.slice(equals + 1)];
    }),
  );
}
