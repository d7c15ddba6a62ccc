import { deepEqual } from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { execa } from "execa";
import { projectRoot } from "../../config/root.ts";

describe("a command whose output nobody reads any more", function () {
  this.timeout(30_000);
  const folder = mkdtempSync(path.join(tmpdir(), "immutable-fleets-unread-"));

  after(() => {
    rmSync(folder, { recursive: true });
  });

  for (const stream of ["stdout", "stderr"] as const)
    it(`goes on to its end, and ends: ${stream}`, async () => {
      const [program, done] = [path.join(folder, `${stream}.ts`), path.join(folder, `${stream}.done`)];
      writeFileSync(program, programText(stream, done));
      const child = execa("node", [program], {
        reject: false,
        timeout: 15_000,
        buffer: false,
        stdin: "ignore",
      });
      child.stdout.destroy();
      child.stderr.destroy();
      const { exitCode, timedOut } = await child;
      deepEqual([exitCode, timedOut, existsSync(done)], [0, false, true]);
    });
});

/** A command that writes for a while, in a process that tells of errors nobody caught, as Pulumi's does. */
function programText(stream: string, done: string): string {
  return `import { writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { runCommand } from ${JSON.stringify(path.join(projectRoot, "commands/line/run.ts"))};
process.on("uncaughtException", (error) => { console.error(error); });
await runCommand(async () => {
  for (let time = 0; time < 20; time++) {
    process.${stream}.write("x".repeat(70000) + "\\n");
    await sleep(20);
  }
  writeFileSync(${JSON.stringify(done)}, "");
});
`;
}
