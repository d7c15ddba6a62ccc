import type { DockerClient } from "../../engine/DockerClient.ts";

const shells = ["/bin/bash", "/bin/sh"];

/** The shell in a box. @throws Error where its image has none. */
export async function shellIn(engine: DockerClient, box: string, fleet: string): Promise<string> {
  for (const shell of shells) {
    const found = await engine.bytes(["cp", "--follow-link", `${box}:${shell}`, "-"]);
    if (found.exitCode === 0) return shell;
    if (!/could not find|no such|not found/i.test(found.stderr)) throw new Error(found.stderr.trim());
  }
  throw new Error(
    `${fleet}: expected an image with a shell (${shells.join(", ")}), got one without; name a program that it has: npm run exec -- ${fleet} PROGRAM…`,
  );
}
