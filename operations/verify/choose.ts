import type { Release } from "../../images/release/release.ts";
import { readState } from "../state/read.ts";
import { outputsOf } from "../state/resource.ts";

/** What is to be verified. */
export interface Chosen {
  name: string;
  /** `sha256:…` */
  digest: string;
  kind: "image" | "disk" | "unknown";
}

/** The image of a digest, or of what a fleet of a stack runs. @throws Error when there is no such fleet. */
export async function chooseImages(stack: string, name: string): Promise<Chosen[]> {
  if (/^sha256:[0-9a-f]{64}$/.test(name)) return [{ name: name.slice(7, 19), digest: name, kind: "unknown" }];
  const { release } = outputsOf(await readState(stack)) as { release?: Release };
  const fleet = release?.fleets[name];
  if (!release || !fleet)
    throw new Error(
      `${name}: expected a digest (sha256:…) or one of ${Object.keys(release?.fleets ?? {}).join(", ") || "no fleets"} of ${stack}, got another; correct it`,
    );
  const image = release.images[fleet.image ?? ""]?.image;
  const disk = release.machineImages[fleet.machineImage ?? ""]?.diskDigest;
  return [
    ...(image === undefined ? [] : [{ name, digest: image, kind: "image" as const }]),
    ...(disk === undefined ? [] : [{ name, digest: disk, kind: "disk" as const }]),
  ];
}
