import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import * as path from "node:path";
import { execa } from "execa";
import { withLockIn } from "../../../operations/stack/held.ts";
import { isDead } from "../../../operations/stack/lockHolder.ts";
import { locksIn } from "../../../operations/stack/locks.ts";

describe("a stack's lock that a command takes", () => {
  const states = mkdtempSync(path.join(tmpdir(), "fleet-locks-"));
  const folder = path.join(states, ".pulumi/locks/organization/immutable-fleets/dev");
  after(() => {
    rmSync(states, { recursive: true });
  });
  const write = (name: string, lock: object) => {
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, name), JSON.stringify(lock));
  };
  const lock = (pid: number, host = hostname()) => ({
    ...{ pid, username: "ann", hostname: host, timestamp: "2026-11-28T18:00:00.5+01:00" },
  });

  it("is one that tells of its holder while the work goes on, and is free after it, however it ends", async () => {
    const work = () => {
      const [held, ...others] = locksIn(states, "dev");
      assert.ok(held?.holder);
      assert.deepEqual([others, held.holder.pid, isDead(held.holder)], [[], process.pid, false]);
      return Promise.resolve(readdirSync(folder).length);
    };
    assert.equal(await withLockIn(states, "dev", work), 1);
    await assert.rejects(
      withLockIn(states, "dev", () => Promise.reject(new Error("no"))),
      /^Error: no$/,
    );
    assert.deepEqual(readdirSync(folder), []);
  });

  it("keeps a second one out, who is told whose it is", async () => {
    await withLockIn(states, "dev", async () => {
      const second = withLockIn(states, "dev", () => Promise.resolve());
      await assert.rejects(
        second,
        /^Error: dev: expected nobody who changes it, got \S+@\S+ \(process \d+\), since 20\S+ \S+ UTC; wait until they end, or where they ended without a trace: npm run unlock -- --stack dev$/,
      );
    });
    assert.deepEqual(readdirSync(folder), []);
  });

  it("is not taken from another machine's, nor where a lock does not tell whose it is; both stay", async () => {
    write("far.json", lock(1, "elsewhere"));
    writeFileSync(path.join(folder, "torn.json"), '{"pid":');
    await assert.rejects(
      withLockIn(states, "dev", () => Promise.resolve()),
      /got ann@elsewhere \(process 1\), since 2026-11-28 17:00 UTC and a lock that does not tell whose; wait/,
    );
    assert.deepEqual(readdirSync(folder).sort(), ["far.json", "torn.json"]);
    for (const name of readdirSync(folder)) rmSync(path.join(folder, name));
  });

  it("is taken from one who was killed on this machine", async () => {
    const child = execa("sleep", ["60"], { reject: false });
    const dead = child.pid ?? 0;
    child.kill("SIGKILL");
    await child;
    write("dead.json", lock(dead));
    const seen = await withLockIn(states, "dev", () =>
      Promise.resolve(
        readdirSync(folder).map(
          (name) => (JSON.parse(readFileSync(path.join(folder, name), "utf8")) as { pid: number }).pid,
        ),
      ),
    );
    assert.deepEqual(seen, [process.pid]);
  });
});
