import { z } from "zod";
import { keyArn, region } from "./instances.ts";
import { matchingText } from "./text.ts";

const whole = (min: number, max: number, expected: string) =>
  z.int({ error: expected }).min(min, { error: expected }).max(max, { error: expected });
const account = z
  .string({ error: "the 12 digits of an account" })
  .regex(/^\d{12}$/, { error: "the 12 digits of an account, in quotes" });

/** How images are built by instances in the cloud. */
const cloudSchema = z
  .strictObject({
    sourceAmi: matchingText(/^ami-[0-9a-f]+$/, "the id of an AMI (ami-…)").describe(
      "What the base is built on: an AMI of the distribution, with its own kernel.",
    ),
    user: z.string().default("admin").describe("User of that AMI who may become root by sudo."),
    instanceType: z.string().default("t3.small").describe("Type of the instances that build."),
    subnet: matchingText(/^subnet-[0-9a-f]+$/, "the id of a subnet (subnet-…)")
      .optional()
      .describe("Where they run; default: the default network."),
    securityGroup: matchingText(/^sg-[0-9a-f]+$/, "the id of a security group (sg-…)")
      .optional()
      .describe("Who may reach them; default: a temporary one, for the address of this machine alone."),
    address: z
      .string()
      .optional()
      .describe("Address of a forwarder that SSH goes to; default: the instance's own."),
    keyPair: z
      .strictObject({
        name: z.string().describe("Its name on AWS."),
        file: z.string().describe("The file of its private key on this machine."),
      })
      .optional()
      .describe("A key pair that is there; default: a temporary one."),
  })
  .describe("With `builder: cloud`: the instances that build.");
export type CloudSettings = z.output<typeof cloudSchema>;

/** Machine images that an environment builds beside its container images. */
export const machineImagesSchema = z
  .strictObject({
    region: region.describe("Where they are published."),
    builder: z
      .enum(["local", "cloud"])
      .default("local")
      .describe(
        "`local`: disks made, booted and uploaded by this machine. `cloud`: AMIs built by instances, one for each layer, with the same roles.",
      ),
    cloud: cloudSchema.optional(),
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
