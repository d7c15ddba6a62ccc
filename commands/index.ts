import type { Command } from "./line/command.ts";

// Each is loaded when it is called: most of them bring more than it takes to read the line.
const commands: Record<string, () => Promise<{ default: Command }>> = {
  up: () => import("./up.ts"),
  preview: () => import("./preview.ts"),
  refresh: () => import("./refresh.ts"),
  destroy: () => import("./destroy.ts"),
  unlock: () => import("./unlock.ts"),
  status: () => import("./status.ts"),
  logs: () => import("./logs.ts"),
  task: () => import("./task.ts"),
  exec: () => import("./exec.ts"),
  restart: () => import("./restart.ts"),
  maintenance: () => import("./maintenance.ts"),
  secrets: () => import("./secrets.ts"),
  drift: () => import("./drift.ts"),
  backup: () => import("./backup.ts"),
  restore: () => import("./restore.ts"),
  move: () => import("./move.ts"),
  releases: () => import("./releases.ts"),
  promote: () => import("./promote.ts"),
  rollback: () => import("./rollback.ts"),
  freeze: () => import("./freeze.ts"),
  revoke: () => import("./revoke.ts"),
  keys: () => import("./keys.ts"),
  verify: () => import("./verify.ts"),
  notes: () => import("./notes.ts"),
  handover: () => import("./handover.ts"),
  collect: () => import("./collect.ts"),
  parity: () => import("./parity.ts"),
  pin: () => import("./pin.ts"),
  freshen: () => import("./freshen.ts"),
  lock: () => import("./lock.ts"),
  audit: () => import("./audit.ts"),
  images: () => import("./images.ts"),
  image: () => import("./image.ts"),
  bake: () => import("./bake.ts"),
  packages: () => import("./packages.ts"),
  adopt: () => import("./adopt.ts"),
  init: () => import("./init.ts"),
  upgrade: () => import("./upgrade.ts"),
  new: () => import("./new.ts"),
  dev: () => import("./dev.ts"),
  compose: () => import("./compose.ts"),
  board: () => import("./board.ts"),
  pulumi: () => import("./pulumi.ts"),
  completion: () => import("./completion.ts"),
  schema: () => import("./schema.ts"),
  docs: () => import("./docs.ts"),
  help: () => import("./help.ts"),
};

/** The commands by name, in the order in which they are told. */
export const commandNames: readonly string[] = Object.keys(commands);

/** The command of a name; undefined where there is none. */
export async function loadCommand(name: string): Promise<Command | undefined> {
  return Object.hasOwn(commands, name) ? (await commands[name]?.())?.default : undefined;
}

/** All of them. */
export async function loadCommands(): Promise<Command[]> {
  const loaded = await Promise.all(commandNames.map(loadCommand));
  return loaded.filter((command) => command !== undefined);
}
