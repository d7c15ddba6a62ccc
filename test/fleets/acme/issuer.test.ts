import { deepEqual, equal, match, ok, rejects } from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ask } from "../../sandbox/ask.ts";
import { Handshakes, handshake } from "./Handshakes.ts";
import { Machine, type Note } from "./Machine.ts";
import { Pebble } from "./Pebble.ts";

const name = "shop.example";
const validSeconds = 30;
/** Renewed so long after it came. */
const renewSeconds = 3;

describe("certificates of an authority", function () {
  this.timeout(120_000);
  const folder = mkdtempSync(path.join(tmpdir(), "acme-"));
  let pebble: Pebble;
  let machine: Machine;
  let edge: ReturnType<Machine["edge"]>;
  let issuer: ReturnType<Machine["issuer"]>;
  let root: string;

  before(async function () {
    const made = await Machine.make(folder);
    const authority =
      "missing" in made ? made : await Pebble.start({ folder, httpPort: made.ports.plain, validSeconds });
    if ("missing" in made || "missing" in authority) {
      console.log(
        `      skipped: ${[made, authority].map((each) => ("missing" in each ? each.missing : "")).join(" ")}`,
      );
      this.skip();
    }
    [machine, pebble] = [made, authority];
    root = await pebble.root();
  });

  after(async () => {
    await (machine as Machine | undefined)?.dispose();
    await (pebble as Pebble | undefined)?.dispose();
    rmSync(folder, { recursive: true });
  });

  it("are asked for once the edge leads there, and until then it serves what comes without TLS", async () => {
    issuer = start([name], [1]);
    await until("wait for the edge", () => /^waits for the edge/.test(noted().error ?? ""));
    equal(pebble.orders, 0);
    machine.serve();
    edge = machine.edge([name]);
    await until("show it", () => isShown(root));
    const { tries, error } = noted();
    deepEqual({ tries, error }, { tries: 0, error: undefined });
    // Whoever asks for another name is shown none.
    await rejects(handshake(machine.ports.tls, "other.example", root), /unrecognized name/);
    const plain = await ask(machine.ports.plain, { host: name, path: "/a?b" });
    deepEqual([plain.status, plain.location], [308, `https://${name}:${machine.ports.tls}/a?b`]);
  });

  it("are renewed without a lost handshake, also while edges and boxes follow each other", async () => {
    const load = new Handshakes(machine.ports.tls, name, root);
    await until("renew it", () => load.shown.size >= 2);
    const next = machine.edge([name]);
    await sleep(1500);
    edge.kill("SIGUSR1");
    await edge;
    edge = next;
    issuer.kill("SIGTERM");
    equal((await issuer).exitCode, 0);
    issuer = start([name], [1]);
    const seen = load.shown.size;
    await until("renew it again", () => load.shown.size > seen);
    await load.end();
    deepEqual(load.failures, []);
    ok(load.count > 100, `expected a load, got ${load.count} handshakes`);
    console.log(`      ${load.count} handshakes, ${load.shown.size} certificates`);
  });

  it("stay as they are while the authority is away, which is noted, and are renewed when it is back", async () => {
    await pebble.end();
    const before = noted();
    await until("have failed", () => noted().error !== undefined);
    await handshake(machine.ports.tls, name, root);
    const { until: end, from, tries, error } = noted();
    deepEqual({ from, until: end }, { from: before.from, until: before.until });
    ok(tries > 0);
    match(error ?? "", /connection refused/);
    pebble.again();
    root = await pebble.root();
    await until("have one of the new authority", () => isShown(root));
    await until("have noted it", () => noted().error === undefined);
  });

  it("are not asked for more often by a box that is killed and started again and again", async () => {
    await machine.kill(issuer);
    const names = [name, "www.shop.example"];
    const orders = pebble.orders;
    for (let rounds = 0; rounds < 4; rounds++) {
      const killed = start(names, [600], 1);
      const before = pebble.orders;
      // In the middle of an attempt, as long as there is any.
      for (let tries = 0; tries < 100 && pebble.orders === before; tries++) await sleep(20);
      await machine.kill(killed);
    }
    // For each name there was one.
    equal(pebble.orders - orders, names.length);
    for (const each of names) deepEqual([noted(each).tries, noted(each).error], [1, "was cut off"]);
    // Unless somebody says so.
    issuer = start([name], [600]);
    await until("have begun", () => machine.note("www.shop.example") === undefined);
    issuer.kill("SIGHUP");
    await until("ask again", () => noted().tries === 0 && noted().error === undefined);
  });

  function start(names: string[], pauseSeconds: number[], renewPart = 1 - renewSeconds / validSeconds) {
    const { directory, roots } = pebble;
    return machine.issuer({ directory, roots, names, pauseSeconds, renewPart });
  }

  function noted(of = name): Note {
    return machine.note(of) ?? { tries: 0 };
  }

  function isShown(by: string): Promise<boolean> {
    return handshake(machine.ports.tls, name, by).then(
      () => true,
      () => false,
    );
  }

  async function until(what: string, holds: () => boolean | Promise<boolean>, tries = 300): Promise<void> {
    for (let tried = 0; !(await holds()); tried++) {
      ok(tried < tries, `expected it to ${what}; noted: ${JSON.stringify(noted())}`);
      await sleep(100);
    }
  }
});
