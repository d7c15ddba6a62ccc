import type { BoxKeys } from "../../../config/boxKeys.ts";

/** A service as another tool's file describes it, in the words that the proposal is made from. */
export interface ForeignService {
  name: string;
  /** Where it stands in its file: `services.web`. */
  path: string;
  /** As the file names it, with its tag; undefined where it is only built. */
  image?: string;
  /** What builds the image, for the line that says how to: `docker build .`; undefined where none is built. */
  build?: string;
  /** Arguments, without a shell. */
  command?: string[];
  variables: ForeignVariable[];
  ports: ForeignPort[];
  /** What it needs, by name, and how far that must be. */
  needs: { service: string; condition: NeedCondition; path: string }[];
  health?: ForeignHealth;
  mounts: ForeignMount[];
  /** Paths in memory. */
  volatile: string[];
  capabilities: string[];
  boxes: number;
  /** How many of its boxes are swapped at a time; absent: all. */
  boxesAtATime?: number;
  memoryBytes?: number;
  cpus?: number;
  drainSeconds?: number;
  /** What its boxes have beyond what every box has. */
  box?: BoxKeys;
  /** Whether it ends by itself: it is not started again. */
  once: boolean;
  logs?: { driver: string; options: Record<string, string> };
  /** Host names that a proxy before it is told. */
  hosts: string[];
  /** The path that it has of them, where it has not all. */
  pathPrefix?: { prefix: string; isStripped: boolean };
  /** Other names by which the others reach it. */
  aliases: string[];
}

export type NeedCondition = "started" | "healthy" | "completed";

/** A variable of a service's environment. */
export interface ForeignVariable {
  name: string;
  /** May hold marks for what is not written down: see marks.ts. */
  value: string;
  path: string;
}

/** A TCP port that it listens on. */
export interface ForeignPort {
  port: number;
  /** Published to the machine; else for the others alone. */
  published: boolean;
  /** The machine's port, where one is named. */
  machinePort?: number;
  /** The machine's address, where one is named. */
  address?: string;
  path: string;
}

/** How it shows that it works: a command in its box, which may be a request of itself. */
export interface ForeignHealth {
  command?: string[];
  /** The path that a request of its own asks for. */
  urlPath?: string;
  /** The port that such a request goes to. */
  port?: number;
  /** How long it may take until it is healthy. */
  startSeconds?: number;
  path: string;
}

/** A place for files that stay. */
export interface ForeignMount {
  kind: "volume" | "bind" | "anonymous";
  /** Name of the volume, or path on the machine. */
  source: string;
  target: string;
  readOnly: boolean;
  path: string;
}
