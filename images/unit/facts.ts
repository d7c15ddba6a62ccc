import { z } from "zod";
import { folderSchema } from "../../plan/service.ts";

const commandSchema = z.object({
  program: z.string(),
  arguments: z.array(z.string()),
  /** `ignore-failure`, `privileged`, `no-setuid`, `ambient`, `no-env-expand` (org.freedesktop.systemd1(5)). */
  flags: z.array(z.string()),
});

/** What systemd knows of an enabled service in the build container, as images/packer/layer/services.py prints it. */
export const serviceFactsSchema = z.object({
  type: z.string(),
  start: commandSchema,
  before: z.array(commandSchema),
  user: z.string(),
  /** -1 where there is none yet. */
  uid: z.int(),
  gid: z.int(),
  groups: z.array(z.int()),
  /** `user web`, `group web`: what the image has not. */
  missing: z.array(z.string()),
  environment: z.array(z.string()),
  environmentFiles: z.array(z.object({ path: z.string(), optional: z.boolean() })),
  unset: z.array(z.string()),
  /** Files of these that the service's user may not read. */
  unreadable: z.array(z.string()),
  /** `!` before it: need not be there. */
  workingDirectory: z.string(),
  umask: z.int(),
  limits: z.record(z.string(), z.tuple([z.int(), z.int()])),
  folders: z.array(folderSchema),
  /** Folders of the image that belong to somebody, or are open to others. */
  owned: z.array(folderSchema),
  stopSignal: z.string(),
  stopNumber: z.int(),
  stopSeconds: z.number(),
  killMode: z.string(),
  ignoresPipe: z.boolean(),
  /** Units that start with it. */
  pulledIn: z.array(z.string()),
  /** Those of the program's file, without `CAP_`. */
  capabilities: z.array(z.string()),
  /** What its files say, by section and key: `Service.ExecStart`. */
  said: z.record(z.string(), z.array(z.string())),
});
export type ServiceFacts = z.output<typeof serviceFactsSchema>;

/** An enabled unit; of one that is no service, only the name matters. */
export const unitFactsSchema = z.object({ unit: z.string(), service: serviceFactsSchema.optional() });
export type UnitFacts = z.output<typeof unitFactsSchema>;
