import { z } from "zod";
import { keyArn, region } from "./instances.ts";

const whole = (min: number, max: number, expected: string) =>
  z.int({ error: expected }).min(min, { error: expected }).max(max, { error: expected });
const account = z
  .string({ error: "the 12 digits of an account" })
  .regex(/^\d{12}$/, { error: "the 12 digits of an account, in quotes" });

/** Machine images that an environment builds beside its container images. */
export const machineImagesSchema = z
  .strictObject({
    region: region.describe("Where they are published."),
    fleets: z
      .array(z.string())
      .optional()
      .describe("Fleets that get a machine image; default: all that run here."),
    sizeMiB: whole(256, 16_777_216, "MiB from 256 to 16777216")
      .default(2048)
      .describe("Size of the disk; no more than the `volume` of the instances that run it."),
    bootTest: z
      .boolean()
      .default(true)
      .describe("Boot each new disk in a virtual machine; one that fails is not published."),
    copies: z
      .record(
        region,
        z.strictObject({ encryptionKey: keyArn.optional().describe("KMS key of that region.") }),
      )
      .default({})
      .describe("Regions that get a copy."),
    accounts: z.array(account).default([]).describe("Accounts that may launch them."),
    encrypted: z.boolean().default(false).describe("Encrypt the snapshots."),
    encryptionKey: keyArn
      .optional()
      .describe(
        "With `encrypted`: the KMS key of the region; default: the account's own, which cannot be shared.",
      ),
    deprecateAfterDays: whole(1, 3650, "days from 1 to 3650")
      .optional()
      .describe("Age at which AWS calls them deprecated; default: never."),
    keepSnapshots: z
      .boolean()
      .default(true)
      .describe("Keep the snapshot of an image that is no longer wanted, so that going back needs no build."),
  })
  .describe("Build machine images of the fleets too, and publish them on AWS.");

export type MachineImageSettings = z.output<typeof machineImagesSchema>;
