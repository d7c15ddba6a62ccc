import { execa } from "execa";
import { parseEdgeServers } from "../../fleets/edge/edgeServers.ts";
import { runtimeProgram } from "../../fleets/edge/EdgeRuntime.ts";
import type { ComposeProgram } from "./program.ts";

const ask = ["exec", "-T", "edge", runtimeProgram, "show", "stat", "json"];

/** Whether the edge of a Compose project sends requests to an application. */
export async function servedByBoxes(
  [program, ...args]: ComposeProgram,
  folder: string,
  application: string,
): Promise<boolean> {
  const answer = await execa(program, [...args, ...ask], { cwd: folder, reject: false, stdin: "ignore" });
  if (answer.exitCode !== 0) return false;
  return parseEdgeServers(answer.stdout).some(({ backend, healthy }) => backend === application && healthy);
}
