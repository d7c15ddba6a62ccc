import { z } from "zod";
import { leastSizeMiB } from "../disk/partition/layout.ts";

const digest = z.string().regex(/^sha256:[0-9a-f]{64}$/, { error: "a digest (sha256:…)" });

/** What the disks of one machine image are made from. */
export const diskRequestSchema = z.strictObject({
  /** Name of the machine image, for messages. */
  name: z.string().min(1),
  /** The images of the chain in the engine, base first. */
  images: z.array(z.strictObject({ place: z.string(), image: digest })).min(1),
  /** How many of them, from below, make the base disk: those up to the layer that brings the kernel. */
  baseImages: z.int().min(1),
  sizeMiB: z.int().min(leastSizeMiB),
  /** Mount path to device of declared volumes. */
  volumes: z.record(z.string(), z.string()).default({}),
  /** Configuration path of the size, for messages. */
  setting: z.string(),
});
export type DiskRequest = z.output<typeof diskRequestSchema>;

/** How the last disk of a machine image is tried before anything is published. */
export const bootRequestSchema = diskRequestSchema.extend({
  /** Paths that must answer; `alone: false`: 503 is taken too, for what it needs is not there; `digest`: of a container image. */
  healthPaths: z.array(
    z.strictObject({
      port: z.int(),
      path: z.string(),
      host: z.string().optional(),
      expected: z.int().optional(),
      alone: z.boolean(),
      digest: digest.optional(),
    }),
  ),
  /** cloud-init's user data; without secrets. */
  userData: z.string().optional(),
  /** Blank volumes in place of the declared ones; user data says where they are mounted. */
  blankVolumes: z.int().min(0).default(0),
  /** Time for the whole boot. */
  timeoutSeconds: z.int().min(1).default(600),
});
export type BootRequest = z.output<typeof bootRequestSchema>;
