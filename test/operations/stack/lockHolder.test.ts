import assert from "node:assert/strict";
import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import * as path from "node:path";
import { execa } from "execa";
import { lockProblem } from "../../../operations/stack/freed.ts";
import { describeHolder, holdersIn, isDead, lockFileOf } from "../../../operations/stack/lockHolder.ts";
import { locksIn } from "../../../operations/stack/locks.ts";

const found = (path: string, by: string) =>
  `error: the stack is currently locked by 1 lock(s). Either wait for the other process(es) to end or delete the lock file with \`pulumi cancel\`.
  ${path}: created by ${by} at 2026-11-28T19:00:00+01:00`;
const file =
  "file:///srv/my%20state/.pulumi/locks/organization/immutable-fleets/dev/6a2d.json?no_tmp_dir=true";
const holder = { url: file, user: "root", host: hostname(), pid: process.pid, since: new Date() };

describe("the holder of a stack's lock", () => {
  it("is read from what the engine says, with the lock's file", () => {
    const [read] = holdersIn(found(file, "ann@corp@build-7 (pid 4711)"));
    const since = new Date("2026-11-28T18:00:00Z");
    assert.deepEqual(read, { url: file, user: "ann@corp", host: "build-7", pid: 4711, since });
    assert.ok(read);
    assert.equal(describeHolder(read), "ann@corp@build-7 (process 4711), since 2026-11-28 18:00 UTC");
    assert.equal(lockFileOf(read), "/srv/my state/.pulumi/locks/organization/immutable-fleets/dev/6a2d.json");
    const [inBucket] = holdersIn(found("s3://states/.pulumi/locks/organization/x/dev/1.json", "a@b (pid 1)"));
    assert.ok(inBucket);
    assert.equal(lockFileOf(inBucket), undefined);
  });

  it("is dead when its process is gone, on this machine alone", async () => {
    const child = execa("sleep", ["60"], { reject: false });
    const { pid = 0 } = child;
    const now = { ...holder, pid, since: new Date() };
    assert.equal(isDead(now), false);
    child.kill("SIGKILL");
    await child;
    assert.equal(isDead(now), true);
    assert.equal(isDead({ ...now, host: "elsewhere" }), false);
  });

  it("is dead when another program got the number of its process later", () => {
    assert.equal(isDead(holder), false);
    const before = new Date(Date.now() - process.uptime() * 1000 - 3600_000);
    assert.equal(isDead({ ...holder, since: before }), true);
  });

  it("is told with the way out, also where the backend is none of files", () => {
    assert.equal(
      lockProblem("dev", found("s3://b/l.json", "ann@build-7 (pid 4711)")),
      "dev: expected nobody who changes it, got ann@build-7 (process 4711), since 2026-11-28 18:00 UTC; wait until they end, or where they ended without a trace: npm run unlock -- --stack dev",
    );
    assert.equal(
      lockProblem("dev", "error: [409] Conflict: Another update is currently in progress."),
      "dev: expected nobody who changes it, got: error: [409] Conflict: Another update is currently in progress.; wait until they end, or where they ended without a trace: npm run unlock -- --stack dev",
    );
    assert.equal(lockProblem("dev", "error: no such network"), undefined);
  });

  it("is unknown where not all of a lock was written", () => {
    const folder = mkdtempSync(path.join(tmpdir(), "fleet-locks-"));
    try {
      assert.deepEqual(locksIn(folder, "dev"), []);
      const locks = path.join(folder, ".pulumi/locks/organization/immutable-fleets/dev");
      mkdirSync(locks, { recursive: true });
      writeFileSync(path.join(locks, "torn.json"), '{"pid": 47');
      assert.deepEqual(locksIn(folder, "dev"), [{ file: path.join(locks, "torn.json"), holder: undefined }]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
