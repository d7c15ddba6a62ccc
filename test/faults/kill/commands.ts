import type { System } from "../system/system.ts";
import { freshen } from "./freshen.ts";

/** A command that is killed, and how the stack is made ready for it. */
export interface KilledCommand {
  /** The stack that it changes. */
  stack: string;
  /** What is run, killed, and run again. */
  line: readonly string[];
  /** Makes that there is something to do. `mark`: a text that no try before had. */
  prepare: (system: System, mark: string) => Promise<unknown>;
  /** Whether the edge must answer while it runs. */
  serves: boolean;
  /** Brings back what the next try needs; default: nothing is to be brought back. */
  restore?: (system: System) => Promise<unknown>;
  /** What is wrong with what it has done, beside what runs; default: nothing can be. */
  wrong?: (system: System) => string | undefined;
}

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
