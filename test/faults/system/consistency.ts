import { readdirSync } from "node:fs";
import * as path from "node:path";
import { containerType } from "../../../operations/state/resource.ts";
import { statusOf } from "./asking.ts";
import { boxesOn } from "./boxes.ts";
import type { System } from "./system.ts";

interface Resource {
  type: string;
  id?: string;
  outputs?: { name?: unknown };
}

/** As much of a state as tells what should be there. */
export interface State {
  resources?: Resource[];
  pending_operations?: unknown[];
}

/** A stack's state as the engine has it. */
export async function stateOf({ sandbox }: System, stack: string): Promise<State> {
  const { stdout, all, exitCode } = await sandbox.pulumi("stack", "export", "--stack", stack);
  if (exitCode !== 0) throw new Error(`${stack}: expected its state, got: ${all}`);
  return (JSON.parse(stdout) as { deployment?: State }).deployment ?? {};
}

/**
 * What is not as it should be after a command: a box that no state knows or that is gone, an operation that the engine takes for going
 * on, a file half written, an edge that does not answer. Empty: all is well.
 */
export async function inconsistencies(system: System, stack: string): Promise<string[]> {
  const { resources = [], pending_operations = [] } = await stateOf(system, stack);
  const known = resources.filter(({ type }) => type === containerType).map(({ id = "" }) => id);
  const networks = resources.flatMap(({ type, outputs }) =>
    type === "docker:index/network:Network" ? [String(outputs?.name)] : [],
  );
  const there = await boxesOn(networks);
  const answer = await statusOf(system.port(stack));
  return [
    ...all("boxes that no state knows", without(there, known)),
    ...all("boxes of the state that are gone", without(known, there)),
    ...all(
      "operations that the engine takes for going on",
      pending_operations.map((each) => JSON.stringify(each)),
    ),
    ...all("files half written", halfWritten(system.sandbox.folder)),
    ...all("an edge that does not answer", answer === "200" ? [] : [answer]),
  ];
}

/** What was written beside its file, and left there. */
export function halfWritten(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const own = path.join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === "node_modules" ? [] : halfWritten(own);
    return entry.name.endsWith(".partial") ? [own] : [];
  });
}

function without(ones: readonly string[], others: readonly string[]): string[] {
  return ones.filter((each) => !others.includes(each));
}

function all(what: string, found: readonly string[]): string[] {
  return found.length === 0 ? [] : [`${what}: ${found.join(", ")}`];
}
