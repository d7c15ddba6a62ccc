import assert from "node:assert/strict";
import { execa } from "execa";
import { readConfigurationFiles } from "../../config/read/readFiles.ts";
import { buildChain } from "../../images/layer/buildChain.ts";
import { inspectImage } from "../../engine/images.ts";
import { labels } from "../../engine/labels.ts";
import type { ReleaseImage } from "../../images/release/release.ts";
import type { DriftReport } from "../../operations/drift/finding/finding.ts";
import { underLoad } from "../load/load.ts";
import { askedSeldom } from "../load/seldom.ts";
import { ask } from "../sandbox/ask.ts";
import { awsPlugin } from "./awsPlugin.ts";
import { Production, region } from "./production.ts";
import { StandIn } from "./standIn.ts";

/** Chains of what runs in containers; the catalog's is the last. */
const chains = [
  ["base", "haproxy"],
  ["base", "apache", "site"],
  ["base", "python", "catalog"],
];

const environment = {
  promoteFrom: "dev",
  aws: { region, zones: [`${region}a`, `${region}b`], edgeRange: "10.0.0.0/24", protect: false },
  hosts: { catalog: ["catalog.localhost"] },
  // A busy machine answers the edge's checks late.
  fleets: {
    web: { boxes: 1, gate: { timeoutSeconds: 300 } },
    catalog: {
      target: "containers",
      boxes: 1,
      gate: { timeoutSeconds: 300 },
      instances: { startMinutes: 1 },
    },
  },
};

describe("A fleet that moves from containers to instances behind one edge", function () {
  this.timeout("60m");
  let prod: Production;
  let catalogImage: string;
  const standIn = new StandIn();

  before(async function () {
    const plugin = awsPlugin();
    if ("missing" in plugin) {
      console.log(`      skipped: ${plugin.missing}`);
      this.skip();
    }
    prod = await Production.start(plugin.folder, { catalog: "catalog" }, environment);
    const internalAddress = `127.${1 + (process.pid % 254)}.${1 + (Date.now() % 254)}.1`;
    prod.edit((section) => {
      section["edge"] = { layer: "haproxy", port: prod.sandbox.port, internalAddress };
    });
    const images = await released(prod.sandbox.folder);
    catalogImage = images["base.python.catalog"]?.image ?? "";
    await prod.record(1, { catalog: "catalog-1" }, images);
    await prod.up();
    assert.deepEqual(await boxesThatAnswer(), ["catalog-1"]);
  });

  after(async () => {
    await standIn.dispose();
    const started = prod as Production | undefined;
    await started?.succeeds("destroy", "--with-data", "--yes", "--stack", "prod");
    await started?.stop();
  });

  it("does so by one line, and loses no request", async () => {
    const network = await networkOfBoxes();
    await nothingFails(async () => {
      turn("instances");
      const ended = new AbortController();
      const taken = standIn.takeOver(catalogImage, network, region, prod.proxy.endpoint, ended.signal);
      await prod.up().finally(() => {
        ended.abort();
      });
      await taken;
    });
    assert.deepEqual(await boxesThatAnswer(), ["stand-in"]);
    assert.deepEqual(await prod.running("catalog"), [prod.ami("catalog-1")]);
    assert.deepEqual(await containers(), []);
    const status = await prod.succeeds("status", "--stack", "prod");
    assert.match(status, /^catalog +i-\w+ +[0-9a-f]{12} +running +healthy/m);
    assert.match(status, /^web +web-1 +[0-9a-f]{12} +running +healthy/m);
  });

  it("has no drift, but what stands in for the load balancer", async () => {
    const { out } = await prod.command("drift", "--stack", "prod", "--format", "json");
    const { findings, unknown } = JSON.parse(out) as DriftReport;
    assert.deepEqual(
      findings.map(({ kind }) => kind),
      ["stranger"],
      out,
    );
    // The emulator runs no instance to look into.
    assert.match(unknown.join("\n"), /^i-\w+: expected a look inside/);
  });

  it("is left alone by a second up", async () => {
    assert.doesNotMatch(await prod.up(), /\b(created|updated|deleted|replaced)\b/);
  });

  it("comes back by the same line", async () => {
    turn("containers");
    await prod.up();
    await standIn.dispose();
    assert.deepEqual(await boxesThatAnswer(), ["catalog-1"]);
    assert.deepEqual(await prod.running("catalog"), []);
  });

  it("stays in containers when the instances are ill, and loses no request", async () => {
    turn("instances");
    prod.proxy.ill = true;
    const text = await failsUnderLoad();
    prod.proxy.ill = false;
    assert.match(text, /fleet catalog: expected /);
  });

  it("stays in containers when the edge does not reach the load balancer, and loses no request", async () => {
    const text = await failsUnderLoad();
    assert.match(
      text,
      /edge: expected the load balancer of the instances to answer .* catalog: its name was not found/,
    );
  });

  /** Changes the one line. */
  function turn(target: string): void {
    prod.edit(({ fleets }) => Object.assign(fleets["catalog"] ?? {}, { target }));
  }

  async function failsUnderLoad(): Promise<string> {
    let text = "";
    await nothingFails(async () => {
      const failed = await prod.command("up", "--stack", "prod");
      assert.equal(failed.code, 1, failed.text);
      text = failed.text;
    });
    assert.deepEqual(await boxesThatAnswer(), ["catalog-1"]);
    assert.equal((await containers()).length, 1);
    return text;
  }

  async function nothingFails(work: () => Promise<unknown>): Promise<void> {
    const { port } = prod.sandbox;
    let seldom: Record<string, number> = {};
    const both = async () => (seldom = await askedSeldom(port, work));
    const result = await underLoad(port, both, undefined, 100);
    console.log(`      ${result.requests} requests, ${result.slowRequests} of 2 s`);
    assert.deepEqual([result.failures, seldom], [{}, {}]);
    assert.ok(result.requests > 300, `expected a load, got ${result.requests} requests`);
  }

  /** The names of the boxes that answer for the catalog. */
  async function boxesThatAnswer(): Promise<string[]> {
    const question = { host: "catalog.localhost", path: "/products/rope" };
    const answers = await Promise.all(Array.from({ length: 24 }, () => ask(prod.sandbox.port, question)));
    assert.deepEqual([...new Set(answers.map(({ status }) => status))], [200]);
    return [...new Set(answers.map(({ box }) => box))].sort();
  }

  /** The catalog's containers. */
  async function containers(): Promise<string[]> {
    const own = ["immutable-fleets.fleet=catalog", "immutable-fleets.stack=immutable-fleets/prod"];
    const filters = own.flatMap((each) => ["--filter", `label=${each}`]);
    const network = `network=${await networkOfBoxes()}`;
    const { stdout } = await execa("docker", ["ps", "--quiet", ...filters, "--filter", network]);
    return stdout.split("\n").filter((id) => id !== "");
  }

  /** The stack's own network: other tests may have stacks of that name. */
  async function networkOfBoxes(): Promise<string> {
    const { stdout } = await prod.sandbox.pulumi("stack", "output", "fleets", "--json", "--stack", "prod");
    const { web } = JSON.parse(stdout) as { web: { boxes: Record<string, string> } };
    const format = "{{range $name, $_ := .NetworkSettings.Networks}}{{$name}}{{end}}";
    const { stdout: name } = await execa("docker", ["inspect", "--format", format, web.boxes["web-1"] ?? ""]);
    return name;
  }
});

/** The container images of a release, built as dev would, by place. */
async function released(folder: string): Promise<Record<string, ReleaseImage>> {
  const images: Record<string, ReleaseImage> = {};
  for (const chain of chains)
    for (const { place, image } of await buildChain(chain, readConfigurationFiles(folder, "dev"), folder)) {
      const facts = (await inspectImage(image))?.Config as { Labels: Record<string, string> };
      images[place] = { image, inputDigest: facts.Labels[labels.inputDigest] ?? "" };
    }
  return images;
}
