import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";

const timeoutMilliseconds = 15_000;
const lookEveryMilliseconds = 200;

// Waits until the edge of the container id given as the argument answers. Run by the command resource of its gate.
const [id = ""] = process.argv.slice(2);
const deadline = Date.now() + timeoutMilliseconds;
for (;;) {
  const answer = await execa("docker", ["exec", id, "/usr/local/bin/fleet-edge-state", "show", "info"], {
    reject: false,
  });
  if (answer.exitCode === 0) break;
  if (Date.now() > deadline) {
    const { all } = await execa("docker", ["logs", "--tail", "20", id], { reject: false, all: true });
    process.stderr.write(
      `edge: expected HAProxy to answer within 15 s, got: ${answer.stderr}\nits log:\n${all}\n`,
    );
    process.exitCode = 1;
    break;
  }
  await sleep(lookEveryMilliseconds);
}
