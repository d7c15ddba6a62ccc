import { z } from "zod";

/** What it takes to give a new volume what an image has at its place there. */
export const fillRequestSchema = z.object({
  /** What the engine calls it. */
  volume: z.string(),
  path: z.string(),
  image: z.string(),
  /** Whose it is where the image has nothing at its place; absent: root's. */
  owner: z.object({ uid: z.number(), gid: z.number() }).optional(),
  /** Files of which the image must have one, and what is said where it has none. */
  requires: z.object({ oneOf: z.array(z.string()), problem: z.string() }).optional(),
  /** The engine of another machine that it is on. */
  engine: z.object({ name: z.string(), url: z.string(), sshOptions: z.array(z.string()) }).optional(),
});

export type FillRequest = z.output<typeof fillRequestSchema>;
