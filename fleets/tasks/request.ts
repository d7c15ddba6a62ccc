import { z } from "zod";

/** All that is needed to run one task: what the last update has left in the state, encrypted. */
export const taskRequestSchema = z.object({
  application: z.string(),
  task: z.string(),
  /** Name of its box, alone in the engine. */
  box: z.string(),
  /** The engine of another machine that it runs on. */
  engine: z.object({ name: z.string(), url: z.string(), sshOptions: z.array(z.string()) }).optional(),
  image: z.string(),
  network: z.string(),
  variables: z.record(z.string(), z.string()),
  /** In the place of the image's command. */
  command: z.array(z.string()),
  shape: z.object({
    readOnly: z.boolean(),
    capabilitiesAdded: z.array(z.string()),
    capabilitiesDropped: z.array(z.string()),
    securityOptions: z.array(z.string()),
    tmpfs: z.record(z.string(), z.string()),
    memoryBytes: z.number().optional(),
    cpus: z.number().optional(),
    ulimits: z.array(z.object({ name: z.string(), soft: z.number(), hard: z.number() })),
    groups: z.array(z.string()),
    shmBytes: z.number().optional(),
    user: z.string().optional(),
    volumes: z.array(z.object({ name: z.string(), path: z.string(), readOnly: z.boolean() })).optional(),
  }),
  timeoutSeconds: z.number(),
});

export type TaskRequest = z.output<typeof taskRequestSchema>;

/** The argument by which fleets/tasks/main.ts runs nothing. */
export const keepsResult = "keep";

/** The name of a task's box: while it is there, no other of this task can be made, whoever wants it. The network is the stack's alone. */
export function taskBox(network: string, application: string, task: string): string {
  return `${network}.${application}.${task}`;
}
