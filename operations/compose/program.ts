import { execa } from "execa";

/** Docker Compose as it is there: the plugin (v2), or the program of its own (1.29, which reads the same files). */
export type ComposeProgram = readonly [string, ...string[]];

const kinds: readonly ComposeProgram[] = [["docker", "compose"], ["docker-compose"]];

/** @throws Error when there is neither. */
export async function composeProgram(): Promise<ComposeProgram> {
  for (const kind of kinds) {
    const [program, ...args] = kind;
    const answer = await execa(program, [...args, "version"], { reject: false, stdin: "ignore" });
    if (answer.exitCode === 0) return kind;
  }
  throw new Error(
    "Docker Compose: expected docker compose (v2) or docker-compose (1.29), got neither; install it, on Debian: apt install docker-compose",
  );
}
