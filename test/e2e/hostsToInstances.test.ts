import assert from "node:assert/strict";
import { readConfigurationFiles } from "../../config/read/readFiles.ts";
import { buildChain } from "../../images/layer/buildChain.ts";
import { underLoad } from "../load/load.ts";
import { TestHosts } from "../sandbox/hosts.ts";
import { awsPlugin } from "./awsPlugin.ts";
import { Production, region } from "./production.ts";

const environment = {
  promoteFrom: "dev",
  aws: { region, zones: [`${region}a`, `${region}b`], plainHttp: true, protect: false },
  fleets: { catalog: { target: "hosts", boxes: 1, instances: { startMinutes: 1 } } },
};

describe("A fleet that moves from a mutable host to instances", function () {
  this.timeout("20m");
  const hosts = new TestHosts();
  let prod: Production | undefined;

  before(function () {
    const plugin = awsPlugin();
    if (!("missing" in plugin)) return;
    console.log(`      skipped: ${plugin.missing}`);
    this.skip();
  });

  after(async () => {
    await prod?.stop();
    await hosts.dispose();
  });

  // Requests through a load balancer of AWS are beyond the emulator: these go to the host, until its domain is turned.
  it("does so by one line; the host loses no request, and is left as it was", async () => {
    const plugin = awsPlugin();
    assert.ok("folder" in plugin);
    prod = await Production.start(plugin.folder, { catalog: "catalog" }, environment);
    await prod.record(1, { catalog: "catalog-1" });
    const { address } = await onHost(prod);
    await prod.up();
    const move = async () => {
      prod?.edit(({ fleets }) => Object.assign(fleets["catalog"] ?? {}, { target: "instances" }));
      await prod?.up();
    };
    const result = await underLoad(`http://${address}:8081`, move, undefined, 100);
    console.log(`      ${result.requests} requests, ${result.slowRequests} of 2 s`);
    assert.deepEqual(result.failures, {});
    assert.ok(result.requests > 300, `expected a load, got ${result.requests} requests`);
    assert.deepEqual(await prod.running("catalog"), [prod.ami("catalog-1")]);
  });

  /** Has the fleet run on a host of this machine. */
  async function onHost(production: Production) {
    const { folder } = production.sandbox;
    const [base] = await buildChain(["base"], readConfigurationFiles(folder, "dev"), folder);
    await hosts.prepare(base?.image ?? "");
    const host = await hosts.start("host1", "bridge");
    const members = { [host.name]: { address: host.address, hostKey: host.hostKey } };
    const settings = { user: "deploy", privateKey: hosts.privateKey, members };
    production.edit(({ fleets }) => Object.assign(fleets["catalog"] ?? {}, { hosts: settings }));
    return host;
  }
});
