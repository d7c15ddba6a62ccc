import assert from "node:assert/strict";
import type { Sandbox } from "../sandbox/sandbox.ts";

/** The case of an application that is under maintenance; the sandbox runs the catalog behind an edge that has the page. */
export function keepsOut(sandboxOf: () => Sandbox): void {
  it("has a page for the time of maintenance, but for whoever has the word", async () => {
    const sandbox = sandboxOf();
    const status = async (headers: Record<string, string> = {}) =>
      (await fetch(`http://127.0.0.1:${sandbox.port}/products`, { headers })).status;
    const says = async (...args: string[]) => {
      const { exitCode, stdout, all } = await sandbox.run("commands/main.ts", ...args);
      assert.equal(exitCode, 0, all);
      return stdout;
    };
    assert.equal(await status(), 200);
    const told = await says("maintenance", "on", "catalog");
    const [, word = ""] = /X-Way-In: ([\w-]{24})$/m.exec(told) ?? [];
    const cookie = `way-in=${word}`;
    assert.deepEqual(
      [await status(), await status({ "x-way-in": word }), await status({ cookie })],
      [503, 200, 200],
    );
    assert.match(await says("status"), /^catalog: under maintenance, answers 503 \(npm run maintenance/m);
    assert.equal(await says("maintenance"), told);
    assert.equal(await says("maintenance", "off", "catalog"), "dev: nothing is under maintenance");
    assert.equal(await status(), 200);
    const { exitCode, all } = await sandbox.run("commands/main.ts", "maintenance", "on", "orders");
    assert.equal(exitCode, 1);
    assert.match(all, /APPLICATION: expected a public one of dev \(catalog\), got orders; name one of them/);
  });
}
