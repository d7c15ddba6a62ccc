import { readFileSync } from "node:fs";
import * as path from "node:path";
import { execa } from "execa";
import type { FleetHost } from "../../plan/host.ts";
import { programCommand, unreachable } from "../../fleets/hosts/playbook.ts";
import type { WorkFolder } from "../../fleets/hosts/workFolder.ts";
import { readRootFacts, type RootFacts } from "./rootFacts.ts";

/** The program that looks at a root; it runs there. */
export const rootFactsProgram = readFileSync(path.join(import.meta.dirname, "root_facts.py"), "utf8");

/** What a host holds. @throws Error that says why it could not be told. */
export async function readHost(host: FleetHost, work: WorkFolder, root: string): Promise<RootFacts> {
  const [program, ...args] = programCommand(host.name, work.files({}), rootFactsProgram);
  const result = await execa(program, args, {
    cwd: root,
    env: work.environment(),
    reject: false,
    stdin: "ignore",
    all: true,
    maxBuffer: 2 ** 30,
  });
  if (result.failed) throw new Error(faultOf(result.all));
  return readRootFacts(result.stdout.slice(result.stdout.indexOf("\n") + 1));
}

/** The reason in what Ansible prints of a command that failed. */
function faultOf(output: string): string {
  const told = /"msg": "((?:[^"\\]|\\.)*)"/.exec(output)?.[1];
  const lines = output.trim().split("\n");
  return (
    unreachable(output) ?? told?.replaceAll("\\n", " ").replaceAll("\\r", "") ?? lines.at(-1) ?? "no answer"
  );
}
