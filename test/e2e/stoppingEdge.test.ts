import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { Agent, get, type IncomingMessage } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";
import { publicPort } from "../../config/edge.ts";
import { readConfigurationFiles } from "../../config/read/readFiles.ts";
import { projectRoot } from "../../config/root.ts";
import { edgeConfiguration } from "../../fleets/edge/configuration.ts";
import { applicationAlias } from "../../plan/glue/topology.ts";
import { buildChain } from "../../images/layer/buildChain.ts";

const connections = 4;
const port = 8082;

describe("An edge that stops while the checks hold no box for healthy", function () {
  this.timeout("10m");
  const name = `stopping-edge-${randomBytes(4).toString("hex")}`;
  const box = `${name}-box`;
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  let address: string;

  before(async () => {
    const chain = await buildChain(
      ["base", "haproxy"],
      readConfigurationFiles(projectRoot, "dev"),
      projectRoot,
    );
    const [base = "", haproxy = ""] = chain.map(({ image }) => image);
    await execa("docker", ["network", "create", name]);
    const alias = applicationAlias("catalog");
    const serve = ["python3", "-m", "http.server", String(port)];
    await start(box, ["--network-alias", alias, "--entrypoint", "/usr/bin/env", base, ...serve]);
    const application = { name: "catalog", fleet: "catalog", port, health: "/", public: true, hosts: [] };
    const slots = { catalog: 16 };
    const text = edgeConfiguration({ applications: [application], slots, hosts: {}, drainSeconds: 30 });
    const published = `127.0.0.1::${publicPort}`;
    const environment = ["--env", `EDGE_CONFIGURATION=${text}`];
    const own = ["--tmpfs", "/run", "--user", "0:0"];
    const run = [
      "--publish",
      published,
      ...own,
      ...environment,
      "--entrypoint",
      "/usr/local/bin/fleet-edge",
      haproxy,
    ];
    await start(name, run);
    const { stdout } = await execa("docker", ["port", name, String(publicPort)]);
    address = `http://${stdout}/`;
  });

  after(async () => {
    agent.destroy();
    await execa("docker", ["rm", "--force", name, box], { reject: false });
    await execa("docker", ["network", "rm", name], { reject: false });
  });

  it("answers what still comes, once a box can", async () => {
    await until("find its box", async () => (await ask()) === 200);
    assert.deepEqual(await askOnEach(), Array(connections).fill(200));
    await execa("docker", ["pause", box]);
    await logged(/backend catalog has no server available/);
    // What comes before it stops, by a connection of its own: it may have to wait, and is answered, too.
    const before = ask(new Agent());
    await sleep(500);
    await execa("docker", ["kill", "--signal", "USR1", name]);
    await logged(/Proxy public stopped/);
    await execa("docker", ["unpause", box]);
    assert.deepEqual(await askOnEach(), Array(connections).fill(200));
    assert.equal(await before, 200);
  });

  async function start(container: string, args: string[]): Promise<void> {
    await execa("docker", ["run", "--detach", "--name", container, "--network", name, ...args]);
  }

  async function logged(pattern: RegExp): Promise<void> {
    await until(`log ${String(pattern)}`, async () => {
      const { all } = await execa("docker", ["logs", name], { all: true });
      return pattern.test(all);
    });
  }

  async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
    for (let tries = 0; !(await holds()); tries++) {
      assert.ok(tries < 150, `expected the edge to ${what} within 30 s`);
      await sleep(200);
    }
  }

  /** Asks on every kept connection at once. */
  function askOnEach(): Promise<(number | string)[]> {
    return Promise.all(Array.from({ length: connections }, () => ask()));
  }

  async function ask(by = agent): Promise<number | string> {
    try {
      const response = await new Promise<IncomingMessage>((resolve, reject) => {
        get(address, { agent: by }, resolve).on("error", reject);
      });
      await once(response.resume(), "end");
      return response.statusCode ?? 0;
    } catch (error) {
      return String(error);
    }
  }
});
