import assert from "node:assert/strict";
import { createSandbox, freePort, type Sandbox } from "../sandbox/sandbox.ts";
import { asksAuthority } from "./asksAuthority.ts";

describe("by hand", function () {
  this.timeout("30m");
  let sandbox: Sandbox;
  before(async () => {
    sandbox = await createSandbox("acme");
  });
  after(async () => {
    if (process.env["KEEP"]) console.log(sandbox.folder);
    else await sandbox.dispose();
  });
  it("works", async () => {
    assert.equal(await asksAuthority(sandbox, await freePort()), true);
  });
});
