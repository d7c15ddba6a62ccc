import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import type { Deployment } from "@pulumi/pulumi/automation/index.js";
import { execa } from "execa";
import { changeState } from "../../../operations/state/change.ts";
import { withoutSwept } from "../../../operations/swap/interrupted.ts";

const secret = "correct horse battery staple";
const marked = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270" };
const stackUrn = "urn:pulumi:dev::fleet-test::pulumi:pulumi:Stack::fleet-test-dev";
const urn = "urn:pulumi:dev::fleet-test::";

interface State {
  resources: object[];
  pending_operations?: object[];
}

describe("changing a state", function () {
  this.timeout(60_000);
  const folder = mkdtempSync(path.join(tmpdir(), "fleet-state-"));
  const temporary = path.join(folder, "tmp");
  const environment = {
    PULUMI_BACKEND_URL: `file://${folder}`,
    PULUMI_CONFIG_PASSPHRASE: "test",
    PULUMI_CONFIG_PASSPHRASE_FILE: "",
    TMPDIR: temporary,
  };
  const place = { stack: "dev", folder, environment };
  const pulumi = async (args: string[], input = "") =>
    (await execa("pulumi", [...args, "--non-interactive"], { cwd: folder, env: environment, input })).stdout;
  const stateOf = ({ deployment }: Deployment) => deployment as State;
  const exported = async (...more: string[]) => {
    const text = await pulumi(["stack", "export", "--stack", "dev", ...more]);
    return { text, state: stateOf(JSON.parse(text) as Deployment) };
  };

  before(async function () {
    if ((await execa("which", ["pulumi"], { reject: false })).failed) {
      console.log("      skipped: pulumi is not installed");
      this.skip();
    }
    mkdirSync(temporary);
    writeFileSync(path.join(folder, "Pulumi.yaml"), "name: fleet-test\nruntime: nodejs\n");
    await pulumi(["stack", "init", "dev"]);
    const outputs = { password: { ...marked, plaintext: JSON.stringify(secret) } };
    const { text } = await exported();
    const empty = JSON.parse(text) as Deployment;
    const resources = [{ urn: stackUrn, custom: false, type: "pulumi:pulumi:Stack", outputs }];
    const deployment = { ...stateOf(empty), resources };
    await pulumi(["stack", "import", "--stack", "dev"], JSON.stringify({ ...empty, deployment }));
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  /** As a killed update leaves it; the engine imports no state with such. */
  const interrupt = (...types: string[]) => {
    const file = path.join(folder, ".pulumi/stacks/fleet-test/dev.json");
    const state = JSON.parse(readFileSync(file, "utf8")) as { checkpoint: { latest: State } };
    state.checkpoint.latest.pending_operations = types.map((type) => ({
      ...{ type: "creating", resource: { urn: `${urn}${type}::base`, custom: true, type } },
    }));
    writeFileSync(file, JSON.stringify(state));
  };

  it("has its secrets encrypted throughout, and leaves no file behind", async () => {
    interrupt("command:local:Command");
    const seen: string[] = [];
    await changeState(place, (deployment) => {
      seen.push(JSON.stringify(deployment));
      return withoutSwept(deployment);
    });
    assert.match(seen.join(""), /"pending_operations":\[\{/);
    assert.doesNotMatch(seen.join(""), new RegExp(secret));
    assert.equal((await exported()).state.pending_operations?.length ?? 0, 0);
    assert.match((await exported("--show-secrets")).text, new RegExp(secret));
    assert.deepEqual(readdirSync(temporary), []);
  });

  it("stays undone where the engine would forget more than was swept", async () => {
    interrupt("command:local:Command", "aws:ec2/instance:Instance");
    const before = (await exported()).text;
    await changeState(place, withoutSwept);
    assert.equal((await exported()).text, before);
    assert.equal((await exported()).state.pending_operations?.length, 2);
  });

  it("overwrites nobody's newer state", async () => {
    const stale = changeState(place, async (deployment) => {
      const { resources, ...others } = stateOf(deployment);
      const newer = {
        ...others,
        resources: resources.map((each) => ({ ...each, outputs: { by: "another" } })),
      };
      await pulumi(
        ["stack", "import", "--stack", "dev"],
        JSON.stringify({ ...deployment, deployment: newer }),
      );
      return deployment;
    });
    await assert.rejects(
      stale,
      /dev: expected the state that was read, got a newer one, which stays; run it again/,
    );
    assert.match((await exported()).text, /"by": "another"/);
  });

  it("says why the engine refuses it, and leaves no file behind", async () => {
    const before = (await exported()).text;
    await assert.rejects(
      changeState(place, () => ({ version: 99, deployment: {} })),
      /pulumi: expected exit code 0, got \d+; it said: .*version/s,
    );
    assert.equal((await exported()).text, before);
    assert.deepEqual(readdirSync(temporary), []);
  });
});
