import * as assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { ansibleStrategies, strategySettings } from "../../../images/layer/strategies.ts";

describe("the strategies by which roles are applied", () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), "immutable-fleets-strategies-"));
    writeFileSync(path.join(folder, "mitogen_linear.py"), "");
  });
  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it("are Mitogen's where it is, then Ansible's own", () => {
    const environment = { ANSIBLE_STRATEGY_PLUGINS: `/nowhere:${folder}` };
    assert.deepEqual(ansibleStrategies(environment), ["mitogen_linear", undefined]);
  });

  it("are Ansible's own alone where Mitogen is not", () => {
    assert.deepEqual(ansibleStrategies({}), [undefined]);
    assert.deepEqual(ansibleStrategies({ ANSIBLE_STRATEGY_PLUGINS: "" }), [undefined]);
    assert.deepEqual(ansibleStrategies({ ANSIBLE_STRATEGY_PLUGINS: "/nowhere" }), [undefined]);
  });

  it("are left to the user who chose one", () => {
    const environment = { ANSIBLE_STRATEGY: "linear", ANSIBLE_STRATEGY_PLUGINS: folder };
    assert.deepEqual(ansibleStrategies(environment), [undefined]);
  });

  it("are found in the project first: Mitogen's, with what is kept of its work", () => {
    assert.deepEqual(strategySettings("/project", "mitogen_linear", { ANSIBLE_STRATEGY_PLUGINS: folder }), {
      ANSIBLE_STRATEGY: "mitogen_linear",
      ANSIBLE_STRATEGY_PLUGINS: `/project/images/layer/strategy:${folder}`,
    });
  });
});
