import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import { connect } from "node:tls";
import { execa } from "execa";
import { edgesBehind } from "../../fleets/edge/behind.ts";
import type { Asked, At } from "../load/asked.ts";
import { Asking } from "../load/asking.ts";
import { Http2Asking } from "../load/Http2Asking.ts";
import { underLoad } from "../load/load.ts";
import { saidOf, storedOf } from "../load/lost.ts";
import { exactUp } from "../sandbox/exact.ts";
import { ask } from "../sandbox/ask.ts";
import { createSandbox, freePort, type Sandbox } from "../sandbox/sandbox.ts";
import { certificateFor, type Certificate } from "../support/certificate.ts";
import { asksAuthority } from "./asksAuthority.ts";
import { byTurns, catalogTurns } from "./byTurns.ts";
import { storedOrders } from "./postgres.ts";
import { stateId } from "./stateId.ts";
import { editEnvironment, editFleet } from "./stackFile.ts";
import { catalogSteps, goesBackAndOver, mayFail } from "./stepsOver.ts";
import { needs } from "../images/disk/support/tools.ts";

const applicationSwaps = 10;
const edgeSwaps = 3;
/** So many swaps of applications are between two of the edge. */
const swapsBetween = 3;
/** Longer than two checks may take, 2 s each: the edge holds none of the boxes for healthy then. */
const stallMilliseconds = 5500;
/** During so many, of each kind, as many requests are asked as are answered; at a steady pace during the others. */
const atFullLoad = 3;
/** So many swaps of applications, and of the edge between them, are compared with what their preview said. */
const previewed = 3;
/** The swap of an application that goes by turns. */
const turned = 2;

describe("Swaps under full load", function () {
  this.timeout("30m");
  let sandbox: Sandbox;
  let certificates: [first: Certificate, newer: Certificate];
  /** Where it answers by TLS, by either certificate. */
  let at: Required<At>;
  let metricsPort: number;

  before(async function () {
    needs(this, "openssl");
    const hosts = ["localhost", "catalog.localhost", "orders.localhost"];
    certificates = [await certificateFor(hosts, 10), await certificateFor(hosts)];
    sandbox = await createSandbox("load");
    const ca = certificates.map(({ certificate }) => certificate).join("");
    at = { address: "127.0.0.1", port: await freePort(), ca };
    metricsPort = await freePort();
    editEnvironment(sandbox, (environment) => {
      environment.edge.tls = { certificates: ["${secret:site}"], port: at.port };
      environment.edge.metrics = { port: metricsPort };
    });
    const list = () => sandbox.run("commands/main.ts", "secrets");
    assert.match((await list()).stdout, /^site +missing +environment\.edge\.tls\.certificates\[0\]$/m);
    await setCertificate(certificates[0]);
    assert.match((await list()).stdout, /^site +set /m);
    await exactUp(sandbox);
  });

  after(() => (sandbox as Sandbox | undefined)?.dispose());

  it("loses no request while the boxes of a fleet are all too slow for their checks", async () => {
    const fleets = sandbox.outputs()["fleets"] as Record<string, { boxes: Record<string, string> }>;
    const begin = new Date();
    const result = await underLoad(byTls(), async () => {
      for (const fleet of ["catalog", "web"]) {
        const boxes = Object.values(fleets[fleet]?.boxes ?? {});
        await execa("docker", ["pause", ...boxes]);
        await sleep(stallMilliseconds);
        await execa("docker", ["unpause", ...boxes]);
        await sleep(1000);
      }
    });
    assert.deepEqual(result.failures, {});
    const publishes = ["--quiet", "--no-trunc", "--filter", `publish=${sandbox.port}`];
    const [edge = ""] = await edgesBehind((await execa("docker", ["ps", ...publishes])).stdout);
    const { all } = await execa("docker", ["logs", "--since", begin.toISOString(), edge], { all: true });
    for (const backend of ["catalog", "site"])
      assert.match(all, new RegExp(`backend ${backend} has no server available`));
  });

  it("sends what comes without TLS there, takes TLS of today alone, and tells what it did", async () => {
    const question = { host: "catalog.localhost", path: "/products?a=b" };
    const plain = await ask(sandbox.port, { ...question, method: "POST", body: "{}" });
    assert.equal(plain.status, 308);
    assert.equal(plain.location, `https://catalog.localhost:${at.port}${question.path}`);
    assert.equal((await ask(at.port, { ...question, ca: at.ca })).status, 200);
    const { all: status } = await sandbox.run("commands/main.ts", "status");
    assert.match(status, /: the certificate for catalog\.localhost, orders\.localhost ends on \d/);
    const metrics = await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text();
    assert.match(metrics, /^haproxy_backend_http_responses_total\{proxy="catalog",code="2xx"\} [1-9]/m);
    const old = ask(at.port, { ...question, ca: at.ca, maxVersion: "TLSv1.1" });
    await assert.rejects(old, /protocol version|unsupported protocol|no protocols available/i);
  });

  it(`loses no request in ${applicationSwaps} application swaps and ${edgeSwaps} edge swaps, one of them for a newer certificate`, async () => {
    const mark = `by-${process.hrtime.bigint()}`;
    const asking = new Asking(at, mark);
    const browser = new Http2Asking(at, "catalog.localhost", "/products");
    const swaps = async (first: number, last: number) => {
      for (let swap = first; swap <= last; swap++) {
        await swapApplication(swap);
        if (swap % swapsBetween === 0 && swap / swapsBetween <= edgeSwaps) await swapEdge(swap);
      }
    };
    const loads = async () => {
      const full = await underLoad(byTls(), () => swaps(1, atFullLoad));
      assert.deepEqual(full.failures, {});
      const rest = () => swaps(atFullLoad + 1, applicationSwaps);
      return { full, result: await underLoad(byTls(), rest, undefined, 100) };
    };
    const { full, result } = await loads().finally(() => asking.end());
    const { sessions, again, failures, requests } = await browser.end();
    console.log(`      by HTTP/2: ${requests} requests on ${sessions} connections, ${again} asked again`);
    assert.deepEqual(failures, []);
    assert.equal(await shownCertificate(), new X509Certificate(certificates[1].certificate).fingerprint256);
    await storesEachOrderOnce(await asking.take(), mark);
    console.log(
      `      ${full.requests} requests (${Math.round(full.requestsPerSecond)}/s), ${full.slowRequests} of 2 s; then ${result.requests}, ${result.slowRequests}`,
    );
    assert.deepEqual(result.failures, {});
    for (const { requests: fast, slowRequests: slow } of [full, result])
      assert.ok(fast > 1000 && slow > 10, `expected a load, got ${fast} requests and ${slow} slow ones`);
  });

  it("goes back by itself from a release of which 5 % fails, and over to a good one, killed half way", () =>
    goesBackAndOver(sandbox, byTls()));

  it("turns to an authority that issues certificates, in a box beside the edge", async function () {
    if (!(await asksAuthority(sandbox, at.port))) this.skip();
  });

  /** What was acknowledged is stored, once; what was not asked is not. */
  async function storesEachOrderOnce(asked: readonly Asked[], mark: string): Promise<void> {
    const failed = asked.filter(({ failure }) => failure !== undefined);
    assert.deepEqual(failed.map(saidOf), []);
    const orders = asked.filter(({ order }) => order !== undefined);
    console.log(`      ${orders.length} orders of ${asked.length} more requests`);
    assert.ok(orders.length > 100, `expected orders, got ${orders.length}`);
    const rows = await storedOrders(stateId(sandbox, ":Container::database"), mark);
    assert.deepEqual(storedOf(asked, rows), { lost: [], twice: [], strange: [] });
  }

  /** A changed run specification swaps like a changed image; the first swap is by image. */
  async function swapApplication(swap: number): Promise<void> {
    if (swap === 1) {
      sandbox.replace("apps/catalog/catalog/products.json", "Mooring rope", "Mooring line");
      mayFail(sandbox);
    }
    editFleet(sandbox, "catalog", (fleet) => {
      fleet.environment = { SWAP: String(swap) };
      if (swap === turned) fleet.swap = catalogTurns;
      if (swap === turned + 1) delete fleet.swap;
    });
    const up = () => upReplaces(swap, "catalog-1", "catalog-2");
    const told = swap === turned ? await byTurns(sandbox, up) : await up();
    assert.match(told, /While catalog swapped, \S+ of \d+ requests failed/);
    // The last one goes over step by step.
    assert.equal(told.includes("the new boxes get 10 % of the requests"), swap === applicationSwaps);
  }

  async function swapEdge(swap: number): Promise<void> {
    if (swap === edgeSwaps * swapsBetween) {
      await setCertificate(certificates[1]);
      editFleet(sandbox, "catalog", (fleet) => {
        fleet.swap = catalogSteps;
      });
    } else
      editEnvironment(sandbox, (environment) => {
        for (const fleet of Object.values(environment.fleets)) fleet.drainSeconds = 30 + swap;
      });
    await upReplaces(swap, "edge");
  }

  /** Has the edge show a certificate from the next update on. */
  async function setCertificate({ certificate, key }: Certificate): Promise<void> {
    const set = ["commands/main.ts", "secrets", "set", "site"];
    const options = { cwd: sandbox.folder, env: sandbox.environment, input: certificate + key };
    const { stdout } = await execa("node", set, options);
    assert.equal(stdout, "site is set in Pulumi.dev.yaml; named by environment.edge.tls.certificates[0]");
  }

  /** The certificate that the edge shows, by its digest. */
  async function shownCertificate(): Promise<string> {
    const socket = connect({ host: at.address, port: at.port, servername: "catalog.localhost", ca: at.ca });
    await once(socket, "secureConnect");
    const { fingerprint256 } = socket.getPeerCertificate();
    socket.destroy();
    return fingerprint256;
  }

  function byTls(): string {
    return `https://${at.address}:${at.port}`;
  }

  async function upReplaces(swap: number, ...names: string[]): Promise<string> {
    const told = swap <= previewed ? await exactUp(sandbox) : await justUp();
    for (const name of names) assert.match(told, new RegExp(`Container ${name} replaced`));
    return told;
  }

  async function justUp(): Promise<string> {
    const up = await sandbox.run("commands/main.ts", "up");
    assert.equal(up.exitCode, 0, up.all);
    return up.all;
  }
});
