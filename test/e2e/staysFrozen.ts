import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import * as path from "node:path";
import type { Sandbox } from "../sandbox/sandbox.ts";

/** The case of a stack test, which has a release to go back to, and is frozen. */
export function staysFrozen(of: () => Sandbox): void {
  it("is not gone back from while somebody has frozen the environment, which stays as it is", async () => {
    const sandbox = of();
    const selection = () => readFileSync(path.join(sandbox.folder, "Pulumi.test.yaml"), "utf8");
    const before = selection();
    const frozen = await sandbox.run("commands/main.ts", "freeze", "--stack", "test", "--reason", "the sale");
    assert.equal(frozen.exitCode, 0, frozen.all);
    for (const line of [
      ["restart", "catalog"],
      ["destroy", "--yes"],
    ]) {
      const { exitCode, all } = await sandbox.run("commands/main.ts", ...line, "--stack", "test");
      assert.deepEqual([line, exitCode], [line, 1]);
      assert.match(all, /got one that is frozen by .*: the sale; nothing was changed;/);
    }
    const refused = await sandbox.run("commands/main.ts", "rollback", "--stack", "test");
    assert.match(
      refused.all,
      /^test: expected an environment that takes changes, got one that is frozen by .*: the sale;/,
    );
    assert.deepEqual([refused.exitCode, selection()], [1, before]);
    const ended = await sandbox.run("commands/main.ts", "freeze", "--stack", "test", "--end");
    assert.equal(ended.exitCode, 0, ended.all);
  });
}
