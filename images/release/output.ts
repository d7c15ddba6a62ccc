import * as pulumi from "@pulumi/pulumi";
import { ConfigurationError, formatProblem } from "../../config/problem.ts";
import type { BoxImage } from "../../plan/BoxImage.ts";
import { releaseName, type MachineImageRecord, type Release, type ReleaseContent } from "./release.ts";
import { numberFor } from "./store.ts";

/** What a stack says of the release that it runs; the command after a successful `up` records it. */
export interface ReleaseOutput extends ReleaseContent {
  environment: string;
  number: number;
  promotedFrom?: string | undefined;
}

export interface ReleaseOutputArgs {
  root: string;
  stack: string;
  /** The images that boxes run, by place. */
  images: ReadonlyMap<string, BoxImage>;
  /** The machine images that are built here, by place. */
  machineImages?: ReadonlyMap<string, pulumi.Output<MachineImageRecord>>;
  fleets: ReleaseContent["fleets"];
  /** Tasks before its swaps that cannot be undone, and the digests of what they ran. */
  irreversible?: Readonly<Record<string, pulumi.Output<string>>>;
  /** Known once every gate has passed: what failed is no release. */
  proved: pulumi.Input<unknown>;
  /** The release that the stack takes; undefined: it builds. */
  taken?: Release | undefined;
}

/** The release that a stack runs: one of its own where it takes one of these, else that of its images. */
export function releaseOutput(args: ReleaseOutputArgs): pulumi.Output<ReleaseOutput> {
  const { taken, fleets } = args;
  const built = pulumi.all(
    Object.fromEntries(
      [...args.images].map(
        ([id, { image, inputDigest, manifest }]) => [id, { image, inputDigest, manifest }] as const,
      ),
    ),
  );
  const disks = pulumi.all(Object.fromEntries(args.machineImages ?? []));
  const tasks = pulumi.all(args.irreversible ?? {});
  return pulumi.all([built, disks, tasks, args.proved]).apply(([images, machineImages, done]) => {
    const irreversible = Object.keys(done).length > 0 ? { irreversible: done } : {};
    if (!taken) return numbered(args, { images: digests(images), machineImages, fleets, ...irreversible });
    const kept = Object.fromEntries(
      Object.entries(taken.images)
        .filter(([id]) => id in images || isBelow(id, Object.keys(images)))
        .map(([id, image]) => {
          const manifest = images[id]?.manifest ?? image.manifest;
          return [id, { ...image, ...(manifest !== undefined && { manifest }) }];
        }),
    );
    return numbered(args, { images: kept, machineImages: taken.machineImages, fleets, ...irreversible });
  });
}

/** Where a registry has what is built here is known only when the release is recorded. */
function digests(images: ReleaseContent["images"]): ReleaseContent["images"] {
  return Object.fromEntries(
    Object.entries(images).map(([id, { image, inputDigest }]) => [id, { image, inputDigest }]),
  );
}

function isBelow(id: string, tops: readonly string[]): boolean {
  return tops.some((top) => top.startsWith(`${id}.`));
}

function numbered({ root, stack, taken }: ReleaseOutputArgs, content: ReleaseContent): ReleaseOutput {
  if (taken?.environment === stack) return { ...content, environment: stack, number: taken.number };
  const number = told(() => numberFor(root, stack, content));
  return { ...content, environment: stack, number, ...(taken && { promotedFrom: releaseName(taken) }) };
}

/** A file that was altered while the update ran is told as every other: without a stack trace. */
function told<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    const lines = error.problems.map(formatProblem);
    throw new pulumi.RunError(["The release was not recorded:", ...lines].join("\n"));
  }
}
