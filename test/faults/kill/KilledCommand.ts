import type { System } from "../system/system.ts";

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
