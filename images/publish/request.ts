import { z } from "zod";
import { readRequest } from "../../work/request.ts";
import { DEFAULT_CONCURRENCY } from "./upload/publishOptions.ts";

/** A program and its arguments. */
const argumentList = z.array(z.string()).min(1);

/**
 * What `command.local.Command` hands to main.ts, as JSON. Either `disks` (they are there) or `build` (they are made if no
 * snapshot with the input digest is found).
 */
export const requestSchema = z.strictObject({
  /** Name of the machine image, for messages. */
  name: z.string().min(1),
  region: z.string().min(1),
  endpoint: z.url().optional(),
  /** Digest of all that the disks are made from. With it, a published image costs one look-up and no build. */
  inputDigest: z.string().optional(),
  /** Disks of the chain, base first. */
  disks: z
    .array(z.strictObject({ disk: z.string(), diskDigest: z.string() }))
    .min(1)
    .optional(),
  /** Whether `build` publishes by itself, in the cloud: afterwards the snapshot with the input digest is there. */
  builtInCloud: z.boolean().default(false),
  /** Makes the disks; its last line on standard output is `{"disks": [{"disk": …, "diskDigest": …}, …]}`. */
  build: argumentList.optional(),
  /** Boots the last disk, whose path is added as the last argument; publishes nothing when it fails. */
  bootTest: argumentList.optional(),
  encrypted: z.boolean().default(false),
  kmsKeyArn: z.string().optional(),
  tags: z.record(z.string(), z.string()).default({}),
  concurrency: z.number().int().default(DEFAULT_CONCURRENCY),
  stateFolder: z.string().optional(),
  /** Instead of publishing, delete the snapshot with this input digest: `pulumi destroy`. */
  delete: z.boolean().default(false),
});

export type PublishRequest = z.infer<typeof requestSchema>;

/** What the build prints. */
export const builtSchema = z.object({ disks: requestSchema.shape.disks.unwrap() });

/** @throws with one line `path: expected …, got …; fix` for each problem */
export function parseRequest(text: string): PublishRequest {
  const request = readRequest(requestSchema, text);
  if ((request.disks === undefined) === (request.build === undefined) && !request.delete) {
    throw new Error(
      "disks, build: expected one of them, got both or none; give the disks, or the command that makes them",
    );
  }
  return request;
}
