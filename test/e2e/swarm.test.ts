import * as assert from "node:assert/strict";
import { chmodSync, copyFileSync, rmSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { stringify } from "yaml";
import { readConfigurationFiles } from "../../config/read/readFiles.ts";
import { projectRoot } from "../../config/root.ts";
import { buildChain } from "../../images/layer/buildChain.ts";
import { messageOf } from "../../work/message.ts";
import { underLoad } from "../load/load.ts";
import { registryFor, type Registry } from "../registry/registry.ts";
import { ask } from "../sandbox/ask.ts";
import { noSecondEngine } from "../sandbox/engine.ts";
import { exactUp } from "../sandbox/exact.ts";
import { TestHosts } from "../sandbox/hosts.ts";
import { createSandbox, type Sandbox } from "../sandbox/sandbox.ts";
import { TestSwarm } from "../sandbox/swarm.ts";

const port = 8080;
const minutes = 60_000;
const told = { TOKEN: "${secret:token}", BRACES: "{{.Node.Hostname}}" };

describe("container fleets on a Swarm of three machines", function () {
  this.timeout(10 * minutes);
  this.slow(2 * minutes);
  const hosts = new TestHosts();
  let sandbox: Sandbox;
  let registry: Registry;
  let swarm: TestSwarm;
  const file = (name: string) => path.join(sandbox.folder, name);
  const url = () => `http://${swarm.manager.host.address}:${port}`;

  /** Writes the stack, with what its fleet has beside what it always has. */
  const write = (fleet: object) => {
    const { address, hostKey } = swarm.manager.host;
    const environment = {
      edge: { layer: "haproxy", port, address: "0.0.0.0" },
      generatedSecrets: ["token"],
      swarm: {
        manager: { address, hostKey, user: "deploy", privateKey: ".swarm-key" },
        spread: ["node.labels.zone"],
      },
      fleets: {
        catalog: {
          ...{ environment: told, memory: "128 MiB" },
          drainSeconds: 10,
          gate: { timeoutSeconds: 60, steadySeconds: 1 },
          ...fleet,
        },
      },
    };
    const config = {
      "immutable-fleets:environment": environment,
      "immutable-fleets:registry": { prefix: registry.prefix },
    };
    writeFileSync(file("Pulumi.dev.yaml"), stringify({ config }));
  };
  const succeeds = async (script: string, ...args: string[]) => {
    const { exitCode, all } = await sandbox.run("commands/main.ts", script, ...args);
    assert.equal(exitCode, 0, all);
    return all;
  };
  const boxes = async () => Object.values(await swarm.boxes("catalog")).map((ids) => ids.length);
  const service = async () =>
    (
      await swarm.manager.docker(
        "service",
        "ls",
        "--quiet",
        "--filter",
        "label=immutable-fleets.fleet=catalog",
      )
    ).split("\n")[0] ?? "";
  const ids = async () =>
    Object.values(await swarm.boxes("catalog"))
      .flat()
      .sort();

  before(async function () {
    const missing = await noSecondEngine();
    if (missing !== undefined) {
      console.log(`      skipped: ${missing}`);
      this.skip();
    }
    registry = await registryFor(this);
    sandbox = await createSandbox("swarm");
    rmSync(file("releases"), { recursive: true, force: true });
    sandbox.edit("Pulumi.yaml", ({ config }: ProjectFile) => {
      config.applications.value.catalog.public = true;
    });
    const [base] = await buildChain(["base"], readConfigurationFiles(projectRoot, "dev"), projectRoot);
    await hosts.prepare(base?.image ?? "");
    const registryPort = Number(/:(\d+)/.exec(registry.prefix)?.[1]);
    swarm = await TestSwarm.start(hosts, base?.image ?? "", registryPort);
    copyFileSync(hosts.privateKey, file(".swarm-key"));
    chmodSync(file(".swarm-key"), 0o600);
  });

  after(async () => {
    try {
      await (sandbox as Sandbox | undefined)?.dispose();
    } finally {
      await (swarm as TestSwarm | undefined)?.stop();
      await hosts.dispose();
      await (registry as Registry | undefined)?.stop();
    }
  });

  it("start on all of them by the first up, and answer by the edge of the manager", async () => {
    write({ boxes: 3 });
    const told = await succeeds("up");
    assert.match(told, new RegExp(`answers at ${url()}`));
    assert.deepEqual(await boxes(), [1, 1, 1]);
    const heard = new Set<string>();
    for (let time = 0; time < 12; time++) {
      const answer = await fetch(`${url()}/products`);
      assert.equal(answer.status, 200, await answer.text());
      heard.add(answer.headers.get("x-box") ?? "");
    }
    assert.deepEqual([...heard].sort(), ["catalog-1", "catalog-2", "catalog-3"]);
  });

  it("are as every box: read-only, without capabilities, of a user, within limits, told secrets by the Swarm alone", async () => {
    const [box = ""] = (await swarm.boxes("catalog"))[swarm.manager.host.address] ?? [];
    const inspected = await swarm.manager.docker("inspect", box);
    const [facts] = JSON.parse(inspected) as {
      HostConfig: Record<string, unknown>;
      Config: { User: string };
    }[];
    assert.notEqual(facts?.Config.User ?? "", "");
    const { ReadonlyRootfs, CapDrop, Memory } = facts?.HostConfig ?? {};
    assert.deepEqual([ReadonlyRootfs, CapDrop, Memory], [true, ["ALL"], 128 * 2 ** 20]);
    const own = await swarm.manager.docker("exec", box, "cat", "/proc/1/environ");
    const token = /(?:^|\0)TOKEN=([^\0]+)/.exec(own)?.[1] ?? "";
    assert.match(token, /^\S{16,}$/);
    assert.ok(!inspected.includes(token), "the engine does not show it");
    const services = await swarm.manager.docker("service", "inspect", await service());
    assert.ok(!services.includes(token), "nor does the Swarm");
    assert.match(own, /(?:^|\0)BRACES=\{\{\.Node\.Hostname\}\}\0/);
  });

  it("are scaled in place: those that run stay", async () => {
    const before = await ids();
    write({ boxes: 5 });
    await exactUp(sandbox);
    const after = await ids();
    assert.equal(after.length, 5);
    assert.deepEqual(
      after.filter((id) => before.includes(id)),
      before,
    );
  });

  it("are looked at: status, logs and drift, which sees what somebody changes by hand", async () => {
    const status = JSON.parse(await succeeds("status", "--format", "json")) as {
      well: boolean;
      boxes: { box: string; kind: string; health: string }[];
    };
    const seen = status.boxes.filter(({ kind }) => kind === "service");
    assert.deepEqual(
      seen.map(({ box, health }) => `${box.replace(/@.*/, "")} ${health}`),
      [1, 2, 3, 4, 5].map((slot) => `catalog-${slot} healthy`),
    );
    assert.equal(status.well, true);
    assert.match(await succeeds("logs", "catalog"), /^catalog-3 \| \S/m);
    await swarm.manager.docker("service", "update", "--detach", "--label-add", "by=hand", await service());
    const drift = await sandbox.run("commands/main.ts", "drift");
    assert.equal(drift.exitCode, 2, drift.all);
    assert.match(drift.all, /^dev: 1 difference\n {2}resource catalog: differs in labels$/m);
  });

  it("are swapped under load without a request that fails", async () => {
    const before = await ids();
    write({ boxes: 3, environment: { ...told, SWAP: "1" } });
    let said = "";
    const result = await underLoad(url(), async () => (said = await exactUp(sandbox)), undefined, 100);
    assert.match(said, /Service catalog replaced/);
    console.log(`      ${result.requests} requests, ${result.slowRequests} of 2 s`);
    assert.deepEqual(result.failures, {});
    assert.ok(result.requests > 300, `expected a load, got ${result.requests} requests`);
    const after = await ids();
    assert.deepEqual([after.length, after.filter((id) => before.includes(id))], [3, []]);
  });

  it("go on serving where the new ones are not well, which go again", async () => {
    const before = await ids();
    write({ boxes: 3, environment: { ...told, QUIET_SECONDS: "none" } });
    const up = await sandbox.run("commands/main.ts", "up");
    assert.equal(up.exitCode, 1, up.all);
    assert.match(up.all, /fleet catalog: expected all new boxes healthy .*; the old boxes go on serving/);
    await eventually(async () => {
      assert.deepEqual(await ids(), before);
    });
    assert.equal((await fetch(`${url()}/products`)).status, 200);
    write({ boxes: 3, environment: { ...told, SWAP: "2" } });
    await succeeds("up");
    const after = await ids();
    assert.deepEqual([after.length, after.filter((id) => before.includes(id))], [3, []]);
  });

  it("come back elsewhere when a machine dies under load, which is asked no more", async () => {
    const dead = swarm.workers[1];
    assert.ok(dead);
    const asked: { at: number; failed?: string }[] = [];
    const over = new AbortController();
    const asking = (async () => {
      while (!over.signal.aborted) {
        const question = { host: "catalog", path: "/products", address: swarm.manager.host.address };
        const one = { at: Date.now() };
        void ask(port, { ...question, timeoutSeconds: 30 }).then(
          ({ status }) => asked.push({ ...one, ...(status !== 200 && { failed: String(status) }) }),
          (error: unknown) => asked.push({ ...one, failed: messageOf(error) }),
        );
        await sleep(20);
      }
    })();
    await sleep(1000);
    const died = Date.now();
    await dead.die();
    await eventually(async () => {
      assert.equal((await ids()).length, 3);
    });
    over.abort();
    await asking;
    const lost = asked.filter(({ failed }) => failed !== undefined);
    console.log(`      ${asked.length} requests, ${lost.length} lost with the machine`);
    assert.deepEqual(
      lost.filter(({ at }) => at < died - 500 || at > died + 2000),
      [],
    );
    const status = JSON.parse(await succeeds("status", "--format", "json")) as { well: boolean };
    assert.equal(status.well, true);
  });
});

/** Waits until something holds, for a minute. */
async function eventually(holds: () => Promise<void>): Promise<void> {
  const deadline = Date.now() + minutes;
  for (;;) {
    try {
      await holds();
      return;
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await sleep(500);
    }
  }
}

interface ProjectFile {
  config: { applications: { value: { catalog: { public: boolean } } } };
}
