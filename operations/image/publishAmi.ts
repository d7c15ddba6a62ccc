import { owner } from "../../config/owner.ts";
import type { MachineImageSettings } from "../../config/machineImages.ts";
import type { BuiltDisk } from "../../images/machine/buildDisks.ts";
import { progressReport } from "../../images/publish/progressReport.ts";
import { registerAmi } from "../../images/publish/ami/registerAmi.ts";
import { parseRequest } from "../../images/publish/request.ts";
import { runRequest } from "../../images/publish/runRequest.ts";
import type { ImageProgress } from "./request.ts";

/** Where an AMI is published, and how. */
export interface AmiPlace {
  region: string;
  settings: MachineImageSettings | undefined;
}

/** Publishes the disks of a fleet as snapshots, and registers the last one. @returns the AMI's id. */
export async function publishAmi(
  fleet: string,
  disks: readonly BuiltDisk[],
  inputDigest: string,
  { region, settings }: AmiPlace,
  { say, signal, publishing }: ImageProgress,
): Promise<string> {
  publishing();
  const endpoint = process.env["AWS_ENDPOINT_URL"];
  const request = parseRequest(
    JSON.stringify({
      ...{ name: fleet, region, endpoint, inputDigest },
      disks: disks.map(({ disk, diskDigest }) => ({ disk, diskDigest })),
      encrypted: settings?.encrypted,
      kmsKeyArn: settings?.encryptionKey,
    }),
  );
  const published = await runRequest(request, { say, onProgress: progressReport(false).update, signal });
  const { snapshotId, written, reused } = published;
  say(
    reused ? `${snapshotId} has this disk already` : `${snapshotId} is complete: ${written} blocks were sent`,
  );
  const ami = {
    // A stack of its own names its AMI after itself.
    ...{ name: fleet, stack: "by-hand", inputDigest, architecture: "x86_64" as const },
    deprecateAfterDays: settings?.deprecateAfterDays,
    tags: {},
    owner: owner(),
  };
  const registered = await registerAmi(ami, published, {
    region,
    endpoint,
    accounts: settings?.accounts ?? [],
  });
  say(registered.reused ? "its AMI is registered already" : "its AMI is registered");
  const copies = Object.keys(settings?.copies ?? {});
  if (copies.length > 0)
    say(`${copies.join(", ")}: no copy is made by hand; npm run up makes those of a stack`);
  return registered.amiId;
}
