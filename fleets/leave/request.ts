import { z } from "zod";

/** What is needed to take a box out of the edges and to stop it: kept in the state from the time when it was made. */
export const leaveRequestSchema = z.object({
  /** Its name, for people. */
  name: z.string(),
  /** Its container's id. */
  box: z.string(),
  /** The label of its edges' containers, `immutable-fleets.box`. */
  edge: z.string(),
  /** `PROJECT/STACK`. */
  stack: z.string(),
  /** The engine of another machine that it runs on. */
  engine: z.object({ name: z.string(), url: z.string(), sshOptions: z.array(z.string()) }).optional(),
  /** How long exchanges may go on before it is told to stop; and how long it may take to stop after that. */
  drainSeconds: z.number(),
});

export type LeaveRequest = z.output<typeof leaveRequestSchema>;
