import { z } from "zod";
import { canonicalJson } from "../../plan/digest.ts";

const digest = z.string().regex(/^sha256:[0-9a-f]{64}$/, { error: "a digest (sha256:…)" });
const byRegion = z.record(z.string(), z.string()).default({});

/** A container image of a release. */
const imageSchema = z.strictObject({
  image: digest.describe("The image id: the digest of its configuration, which names its layers' digests."),
  inputDigest: z.string().describe("Of what it was made from."),
  manifest: z
    .string()
    .regex(/^[^\s@]+@sha256:[0-9a-f]{64}$/, { error: "an image pinned by digest (name@sha256:…)" })
    .optional()
    .describe("Where a registry has it."),
  architecture: z.string().optional().describe("What it runs on, where that is not amd64."),
  revision: z.string().optional().describe("The commit that last touched what it was made from."),
});

/** A machine image of a release. */
const machineImageSchema = z.strictObject({
  diskDigest: digest.describe("Of the raw disk."),
  inputDigest: z.string(),
  snapshots: byRegion.describe("EBS snapshot ids by region."),
  amis: byRegion.describe("AMI ids by region."),
});

const contentSchema = z.strictObject({
  images: z.record(z.string(), imageSchema).describe("Container images by place (base.python.catalog)."),
  machineImages: z.record(z.string(), machineImageSchema).default({}).describe("Machine images by place."),
  fleets: z
    .record(z.string(), z.strictObject({ image: z.string().optional(), machineImage: z.string().optional() }))
    .describe("The place of each fleet's image."),
  irreversible: z
    .record(z.string(), z.string())
    .optional()
    .describe(
      "What tasks before its swaps did that cannot be undone (orders.migrate): digest of image and command.",
    ),
});

export const releaseSchema = contentSchema.extend({
  format: z.literal(1),
  environment: z.string(),
  number: z.int().min(1),
  createdAt: z.iso.datetime(),
  promotedFrom: z.string().optional().describe("The release that it was taken from, unchanged: dev/3."),
});

/** The set of image digests that one environment has proved. */
export type Release = z.output<typeof releaseSchema>;
/** What a release is made of, before it has a number. */
export type ReleaseContent = z.output<typeof contentSchema>;
export type ReleaseImage = z.output<typeof imageSchema>;
export type MachineImageRecord = z.output<typeof machineImageSchema>;

/** `dev/3`. */
export function releaseName({ environment, number }: Pick<Release, "environment" | "number">): string {
  return `${environment}/${number}`;
}

/** Whether two releases run the same: equal digests in equal places, whatever they were made from and wherever they lie. */
export function sameContent(a: ReleaseContent, b: ReleaseContent): boolean {
  return canonicalJson(digestsOf(a)) === canonicalJson(digestsOf(b));
}

function digestsOf({ images, machineImages, fleets }: ReleaseContent) {
  return {
    images: mapValues(images, ({ image }) => image),
    machineImages: mapValues(machineImages, ({ diskDigest }) => diskDigest),
    fleets,
  };
}

function mapValues<V, R>(record: Readonly<Record<string, V>>, map: (value: V) => R): Record<string, R> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
}
