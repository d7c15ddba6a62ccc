import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";
import { labels } from "../../engine/labels.ts";
import { isLocked } from "../../work/lock.ts";
import { buildLock, ownInputDigest } from "../../images/buildName/buildName.ts";
import type { Run, Sandbox } from "../sandbox/sandbox.ts";

/** A command (default: up) that goes on after it said what the pattern matches. */
export async function startedUntil(
  sandbox: Sandbox,
  pattern: RegExp,
  command: readonly string[] = ["up"],
): Promise<{ process: Run }> {
  const started = sandbox.start("commands/main.ts", ...command);
  let output = "";
  const seen = new Promise<boolean>((resolve) => {
    started.stdout.on("data", (part: Buffer) => {
      output += part.toString();
      if (pattern.test(output)) resolve(true);
    });
  });
  assert.ok(
    await Promise.race([seen, started.then(() => false)]),
    `expected ${String(pattern)} in:\n${output}`,
  );
  return { process: started };
}

/** Kills an up, and all that it started, as soon as it said what the pattern matches. */
export async function killedAt(sandbox: Sandbox, pattern: RegExp): Promise<void> {
  const killed = await startedUntil(sandbox, pattern);
  process.kill(-(killed.process.pid ?? 0), "SIGKILL");
  await killed.process;
  await sleep(1000);
}

/** No container of a build is there but of those that hold their locks: another test may be building at the same time. */
export async function noBuildLeftovers(): Promise<void> {
  const format = `{{.Label "${labels.build}"}}`;
  const args = ["ps", "--all", "--filter", `label=${labels.build}`, "--format", format];
  const { stdout } = await execa("docker", args);
  for (const build of stdout.split("\n").map(ownInputDigest))
    if (build !== undefined)
      assert.ok(isLocked(buildLock(build)), `expected no container of the dead build ${build}`);
}
