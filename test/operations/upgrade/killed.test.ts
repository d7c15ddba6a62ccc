import { deepEqual, equal, ok } from "node:assert/strict";
import { existsSync } from "node:fs";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";
import { projectRoot } from "../../../config/root.ts";
import { firstVersion, lines, Repository } from "./repository.ts";

/** Many files, so that writing them takes a moment. */
const many = Object.fromEntries(
  Array.from({ length: 200 }, (_, index) => [`engine/many/${index}.ts`, lines(`many${index}`)]),
);

describe("an upgrade that is ended half way", function () {
  this.timeout("3m");
  let engine: Repository;
  let clone: Repository;

  beforeEach(() => {
    engine = Repository.of({ ...firstVersion, ...many });
    engine.git("tag", "v1.0.0");
    clone = engine.clone();
    clone.commit({ "apps/shop/main.py": lines("shop"), "engine/images.ts": lines("images", { 1: "ours" }) });
    engine.commit(Object.fromEntries(Object.keys(many).map((file) => [file, lines(file)])));
    engine.git("tag", "v1.1.0");
  });
  afterEach(() => {
    engine.remove();
    clone.remove();
  });

  const start = (...options: string[]) =>
    execa(
      process.execPath,
      [
        path.join(projectRoot, "commands/main.ts"),
        "upgrade",
        "--project",
        clone.folder,
        "--without-preview",
        ...options,
      ],
      { detached: true, reject: false, stdin: "ignore", all: true },
    );

  it("leaves the clone as it was, or as it is to be, wherever a kill comes", async () => {
    const before = clone.look();
    // The first one takes longer than those that are measured by it.
    await start("--dry-run");
    const whole = await start("--yes");
    equal(whole.exitCode, 0, whole.all);
    const after = clone.files();
    const former = clone.git("rev-parse", "HEAD~1");
    const duration = whole.durationMs;
    const ends = { before: 0, after: 0 };
    for (const share of [0.4, 0.6, 0.75, 0.9, 0.97]) {
      clone.git("reset", "--quiet", "--hard", former);
      const run = start("--yes");
      const isOver = await Promise.race([run.then(() => true), sleep(duration * share, false)]);
      if (run.pid !== undefined && !isOver) killGroup(run.pid);
      await run;
      await settled(clone);
      const state = JSON.stringify(clone.files());
      if (state === JSON.stringify(after)) ends.after += 1;
      else {
        clone.git("worktree", "prune");
        deepEqual(clone.look(), before, `killed after ${share} of ${duration} ms`);
        ends.before += 1;
      }
    }
    ok(ends.before > 0, JSON.stringify(ends));
    // What a kill has left is in no one's way.
    clone.git("reset", "--quiet", "--hard", former);
    const again = await start("--yes");
    equal(again.exitCode, 0, again.all);
    deepEqual(clone.files(), after);
    ok(!existsSync(path.join(clone.folder, ".git/immutable-fleets/upgrade")));
    equal(clone.git("worktree", "list").split("\n").length, 1);
  });

  it("leaves nothing behind after Ctrl-C, and where nobody can be asked or is only to be told", async () => {
    await start("--dry-run");
    const before = clone.look();
    const unasked = await start();
    equal(unasked.exitCode, 64, unasked.all);
    const told = await start("--dry-run", "--from", path.relative(process.cwd(), engine.folder));
    equal(told.exitCode, 0, told.all);
    ok(told.all.includes("engine/images.ts\n") && told.all.endsWith("Nothing was changed"), told.all);
    const run = start("--yes");
    const candidate = path.join(clone.folder, ".git/immutable-fleets/upgrade");
    while (!existsSync(candidate)) await sleep(5);
    if (run.pid !== undefined) process.kill(-run.pid, "SIGINT");
    const { exitCode, all } = await run;
    equal(exitCode, 130, all);
    deepEqual(clone.look(), before);
    ok(!existsSync(candidate));
  });
});

function killGroup(pid: number): void {
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // It has ended meanwhile.
  }
}

/** Git's own last step is no part of what was killed: it ends by itself. */
async function settled({ folder }: Repository): Promise<void> {
  const lock = path.join(folder, ".git/index.lock");
  do await sleep(150);
  while (existsSync(lock));
}
