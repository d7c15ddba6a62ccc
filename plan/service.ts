import { z } from "zod";

const commandSchema = z.object({
  program: z.string(),
  /** The first one is the name that the program is given. */
  arguments: z.array(z.string()),
  /** Fill in variables of the environment. */
  expands: z.boolean(),
});

/** A folder, whom it belongs to by number, and who may do what there. */
export const folderSchema = z.object({ path: z.string(), uid: z.int(), gid: z.int(), mode: z.int() });
export type OwnedFolder = z.output<typeof folderSchema>;

/** What the first process of a box does for its service (images/packer/layer/fleet-start). */
export const startSchema = z.object({
  unit: z.string(),
  /** `NAME=value`: what the image says; all else in the environment is what the box is told. */
  environment: z.array(z.string()),
  files: z.array(z.object({ path: z.string(), optional: z.boolean() })),
  /** Names, or `NAME=value`, to be left out. */
  unset: z.array(z.string()),
  before: z.array(commandSchema.extend({ ignoresFailure: z.boolean() })),
  /** What the service has apart from the arguments: a program of another name, dollars that are no variables. */
  start: commandSchema.omit({ arguments: true }),
  umask: z.int(),
  /** Where it works; `~` is the user's home. */
  folder: z.object({ path: z.string(), optional: z.boolean() }),
  /** [soft, hard] by name (`NOFILE`), as close as the engine allows; -1 for none. */
  limits: z.record(z.string(), z.tuple([z.int(), z.int()])),
  /** Whom the stop signal is sent: the first process, which is the service then, or all. */
  kill: z.enum(["first", "all"]),
  ignoresPipe: z.boolean(),
  stopSignal: z.int(),
  /** How long others than the service may take to end after it. */
  stopSeconds: z.number(),
});
export type Start = z.output<typeof startSchema>;

/** A unit that the roles of an image enabled; of a service, how systemd would run it. */
export const serviceSchema = z.object({
  unit: z.string(),
  type: z.string(),
  command: z.array(z.string()),
  user: z.string(),
  uid: z.int(),
  gid: z.int(),
  environment: z.array(z.string()),
  workingDirectory: z.string(),
  stopSignal: z.string(),
  /** What follows is absent in images of earlier versions: their command runs as it is. */
  start: startSchema.optional(),
  /** Numbers of the other groups. */
  groups: z.array(z.int()).optional(),
  /** Those of the limits that only the engine can raise. */
  limits: z.record(z.string(), z.tuple([z.int(), z.int()])).optional(),
  /** Folders that are made for it at every start. */
  folders: z.array(folderSchema).optional(),
  /** Folders of its image below /var that belong to somebody, or are open to others: in memory they do, too. */
  owned: z.array(folderSchema).optional(),
  /** What of the unit only systemd can do. */
  systemd: z.array(z.string()).optional(),
  /** What of the unit no container can do, each with the way out. */
  notes: z.array(z.string()).optional(),
  /** Of an existing image, which has no program of ours; what follows is of those alone. */
  existing: z.literal(true).optional(),
  /** No folder of its PATH has a python3; of an image that was looked at before this was asked, nothing is known. */
  withoutPython: z.literal(true).optional(),
  /** Rights that the first process needs to become another user. */
  capabilities: z.array(z.string()).optional(),
  /** Paths that every box may write, but that are here as the image has them. */
  kept: z.array(z.string()).optional(),
});
export type Service = z.output<typeof serviceSchema>;

/** Why boxes of an image run systemd, unless they are told how to start; empty for one service that may be their command. */
export function systemdReasons(services: readonly Service[]): string[] {
  const [service] = services;
  if (!service) return [];
  if (services.length > 1) return [`several enabled units, ${services.map(({ unit }) => unit).join(", ")}`];
  if (service.systemd) return service.systemd.map((reason) => `${reason} of ${service.unit}`);
  const stays = service.type !== "forking" && service.type !== "oneshot";
  return stays ? [] : [`Type=${service.type} of ${service.unit}`];
}
