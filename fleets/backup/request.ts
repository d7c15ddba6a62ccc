import { z } from "zod";

const commandLine = z.array(z.string()).min(1);

/** All that is needed to back up one accessory: what the last update has left in the state, encrypted. */
export const backupRequestSchema = z.object({
  /** `PROJECT/STACK`, as boxes are labelled. */
  stack: z.string(),
  /** Name of the accessory's box, as it is labelled. */
  box: z.string(),
  /** The engine of another machine that it runs on. */
  engine: z.object({ name: z.string(), url: z.string(), sshOptions: z.array(z.string()) }).optional(),
  /** The image that it is to run from now on, where it follows newer ones: a box of another one is backed up first. */
  image: z.string().optional(),
  /** Name of the volume with its data: it tells its box from those of other backends' stacks of the same name. */
  volume: z.string(),
  /** Path of its data in the box. */
  volumePath: z.string(),
  /** Command that exits 0 in a box that can serve. */
  ready: commandLine,
  dump: commandLine,
  restore: commandLine,
  check: z.object({ run: commandLine, expects: z.string() }),
  to: z.string(),
  region: z.string().optional(),
  /** Name of the secret, and its value. */
  key: z.object({ name: z.string(), value: z.string() }),
  everySeconds: z.number().positive(),
  keep: z.number().int().positive(),
});

export type BackupRequest = z.output<typeof backupRequestSchema>;

/** The stack's name, without its project. */
export function stackNameOf({ stack }: Pick<BackupRequest, "stack">): string {
  return stack.split("/").at(-1) ?? stack;
}
