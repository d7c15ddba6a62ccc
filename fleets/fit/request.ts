import { z } from "zod";

/** What is asked of an image before an accessory's box is replaced by one of it. */
export const fitRequestSchema = z.object({
  /** Name of the accessory. */
  accessory: z.string(),
  /** The engine of another machine that it runs on. */
  engine: z.object({ name: z.string(), url: z.string(), sshOptions: z.array(z.string()) }).optional(),
  image: z.string(),
  /** Name of the volume with its data. */
  volume: z.string(),
  /** Path of its data in the box. */
  volumePath: z.string(),
  /** Command that exits 0 where the image takes the data as it is. */
  command: z.array(z.string()).min(1),
});

export type FitRequest = z.output<typeof fitRequestSchema>;
