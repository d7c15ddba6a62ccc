import { freshen } from "./freshen.ts";
import type { KilledCommand } from "./KilledCommand.ts";

/** The commands that change what runs, or what is built next, by name. */
export const killedCommands: Readonly<Record<string, KilledCommand>> = {
  up: {
    stack: "dev",
    line: ["up"],
    prepare: (system, mark) => {
      system.change("dev", mark);
      return Promise.resolve();
    },
    serves: true,
  },
  promote: {
    stack: "test",
    line: ["promote", "--to", "test", "--yes"],
    prepare: (system) => system.succeeds("rollback", "--stack", "test", "--to", "1"),
    serves: true,
  },
  rollback: {
    stack: "test",
    line: ["rollback", "--stack", "test", "--to", "1"],
    prepare: (system) => system.succeeds("promote", "--to", "test", "--yes"),
    serves: true,
  },
  destroy: {
    stack: "test",
    line: ["destroy", "--stack", "test", "--yes"],
    prepare: (system) => system.succeeds("up", "--stack", "test"),
    serves: false,
    restore: (system) => system.succeeds("up", "--stack", "test"),
  },
  freshen,
};
