import assert from "node:assert/strict";
import { readdirSync, readFileSync, statSync } from "node:fs";
import * as path from "node:path";
import { execa } from "execa";
import { cachePath } from "../../work/cache.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import { leaksIn, textsOf } from "../support/leaks.ts";
import { editFleet } from "./stackFile.ts";

/** A secret in which everything stands that somebody might evaluate, cut or quote wrongly. */
export const motto = `a{{ 6*7 }}b{% if %}{# ' " \\ $HOME $(id) \`id\` %s\nüñ 🚀`;

/** Gives the secret to the boxes of a fleet. It is on no command line. */
export async function giveMotto(sandbox: Sandbox, fleet: string): Promise<void> {
  const options = { cwd: sandbox.folder, env: sandbox.environment };
  const stack = ["--stack", "dev", "--non-interactive"];
  await execa("pulumi", ["stack", "init", ...stack], options);
  const key = ["--secret", "--path", "immutable-fleets:secrets.motto"];
  await execa("pulumi", ["config", "set", ...key, ...stack], { ...options, input: motto });
  editFleet(sandbox, fleet, (section) => {
    section.environment = { ...section.environment, MOTTO: "${secret:motto}" };
  });
}

/** Fails unless a box's first process has the secret in its environment, byte for byte. */
export async function hasMotto(box: string): Promise<void> {
  const { stdout } = await execa("docker", ["exec", box, "cat", "/proc/1/environ"]);
  assert.ok(stdout.split("\0").includes(`MOTTO=${motto}`), "expected the secret in its environment");
}

/** The command lines of everything that runs meanwhile: of this machine, by what they were. */
export function watchCommandLines(): () => Record<string, string> {
  const seen = new Set<string>();
  const look = () => {
    for (const id of readdirSync("/proc").filter((name) => /^\d+$/.test(name)))
      try {
        seen.add(readFileSync(`/proc/${id}/cmdline`, "utf8").replaceAll("\0", " "));
      } catch {
        // It has ended.
      }
  };
  const timer = setInterval(look, 100);
  return () => {
    clearInterval(timer);
    return { "the command line of a program": [...seen].join("\n") };
  };
}

/** Fails where anything that runs of this sandbox left, said or shows has one of the secrets. @param said what commands printed. */
export async function hides(
  sandbox: Sandbox,
  secrets: Readonly<Record<string, string>>,
  said: Readonly<Record<string, string>>,
): Promise<void> {
  const comment = await sandbox.run("commands/main.ts", "preview", "--format", "markdown");
  assert.equal(comment.exitCode, 0, comment.all);
  const board = await sandbox.run("commands/main.ts", "board");
  assert.equal(board.exitCode, 0, board.all);
  const status = await sandbox.run("commands/main.ts", "status");
  assert.equal(status.exitCode, 0, status.all);
  const texts = {
    ...said,
    ...{ "the comment": comment.all, "the board's command": board.all, "the status": status.all },
    ...textsOf(sandbox.folder, ["node_modules"]),
    ...logsSince(statSync(path.join(sandbox.folder, "index.ts")).birthtimeMs),
    ...(await shownByEngine()),
  };
  assert.deepEqual(leaksIn(texts, secrets), []);
}

/** The logs of everything that was built or configured since a time (milliseconds). */
function logsSince(time: number): Record<string, string> {
  const all = Object.entries(textsOf(cachePath("logs")));
  return Object.fromEntries(all.filter(([file]) => statSync(file).mtimeMs >= time));
}

/** What the engine shows of containers to everybody who lists them: all but their environment. */
async function shownByEngine(): Promise<Record<string, string>> {
  const { stdout: ids } = await execa("docker", ["ps", "--all", "--quiet", "--no-trunc"]);
  const { stdout: images } = await execa("docker", ["images", "--quiet", "--no-trunc"]);
  const all = [...new Set([...ids.split("\n"), ...images.split("\n")])].filter((id) => id !== "");
  const format = "{{json .Config.Labels}} {{json .Config.Cmd}} {{json .Config.Entrypoint}}";
  const { stdout } = await execa("docker", ["inspect", "--format", format, ...all], { reject: false });
  return { "labels and commands in the engine": stdout };
}
