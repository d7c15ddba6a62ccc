import assert from "node:assert/strict";
import { readConfigurationFiles } from "../../config/read/readFiles.ts";
import { environmentPlan } from "../../plan/environment/plan.ts";
import { buildChain } from "../../images/layer/buildChain.ts";
import { underLoad } from "../load/load.ts";
import { ask, type Answer, type Question } from "../sandbox/ask.ts";
import { partitions } from "../sandbox/partitions.ts";
import { exactUp } from "../sandbox/exact.ts";
import { createSandbox, type Sandbox } from "../sandbox/sandbox.ts";
import { editEnvironment } from "./stackFile.ts";
import { takesVersion } from "./takesVersion.ts";

interface ProjectFile {
  config: Record<string, { value: Record<string, unknown> }>;
}

const [apart = [], ...others] = partitions(["site", "catalog", "orders"]);

const questions: Question[] = [
  { host: "localhost", path: "/" },
  { host: "localhost", path: "/style.css" },
  { host: "localhost", path: "/nothing" },
  { host: "localhost", path: "/routes.json" },
  { host: "localhost", path: "/api/catalog/products" },
  { host: "localhost", path: "/api/orders/orders/1" },
  { host: "catalog.localhost", path: "/" },
  { host: "catalog.localhost", path: "/products/rope" },
  { host: "catalog.localhost", path: "/products/nothing" },
  { host: "orders.localhost", path: "/orders/1" },
  { host: "orders.localhost", path: "/orders/9999" },
  { host: "orders.localhost", path: "/orders", method: "POST", body: '{"product": "rope", "quantity": 0}' },
];

/** Each goes through the web tier, one to each application. */
const load = ["localhost/style.css", "catalog.localhost/products/rope", "orders.localhost/orders/1"];

describe("The applications, grouped in every way", function () {
  this.timeout("40m");
  let sandbox: Sandbox;
  let expected: Omit<Answer, "image" | "box">[];

  before(async () => {
    sandbox = await createSandbox("grouping");
    group(apart);
    await exactUp(sandbox);
    const order = { method: "POST", body: '{"product": "rope", "quantity": 2}' };
    const { status } = await ask(sandbox.port, { host: "orders.localhost", path: "/orders", ...order });
    assert.equal(status, 201);
    expected = await answers();
  });

  after(() => sandbox.dispose());

  it("answer, each on boxes of its own", () => {
    const statuses = expected.map(({ status }) => status);
    assert.deepEqual(statuses, [200, 200, 404, 200, 200, 200, 200, 200, 404, 200, 404, 422]);
  });

  for (const groups of others) {
    it(`lose no request on the move to ${describeGroups(groups)}, and answer alike`, async () => {
      group(groups);
      await build();
      const move = async () => {
        await exactUp(sandbox);
      };
      const result = await underLoad(sandbox.port, move, load, 100);
      console.log(`      ${result.requests} requests, ${result.slowRequests} of 2 s`);
      assert.deepEqual(result.failures, {});
      assert.ok(result.requests > 300, `expected a load, got ${result.requests} requests`);
      assert.deepEqual(await answers(), expected);
      assert.deepEqual(Object.keys(fleets()).sort(), groups.map(([first]) => first).sort());
    });
  }

  it("change nothing in another up", async () => {
    const preview = await sandbox.run("commands/main.ts", "preview");
    assert.equal(preview.stdout, "dev: nothing rebuilds, nothing swaps, nothing changes");
  });

  takesVersion(() => sandbox);

  /** Fleets are called after their first application, so that boxes are replaced in some moves and fleets in others. */
  function group(groups: readonly (readonly string[])[]): void {
    const named = <T>(value: (members: readonly string[]) => T) =>
      Object.fromEntries(groups.map((members) => [members[0] ?? "", value(members)]));
    sandbox.edit("Pulumi.yaml", ({ config }: ProjectFile) => {
      config["fleets"] = { value: named((applications) => ({ applications })) };
    });
    editEnvironment(sandbox, (environment) => {
      environment.fleets = named(() => ({ boxes: 1 }));
    });
  }

  /** Beforehand, so that the load meets nothing but the move. */
  async function build(): Promise<void> {
    const configuration = readConfigurationFiles(sandbox.folder, "dev");
    for (const chain of environmentPlan(configuration).images.containers)
      await buildChain(chain, configuration, sandbox.folder);
  }

  async function answers(): Promise<Omit<Answer, "image" | "box">[]> {
    const all = await Promise.all(questions.map((question) => ask(sandbox.port, question)));
    return all.map(({ status, type, body }) => ({ status, type, body }));
  }

  function fleets(): object {
    return sandbox.outputs()["fleets"] as object;
  }
});

function describeGroups(groups: readonly (readonly string[])[]): string {
  return groups.map((members) => members.join(" with ")).join(", ");
}
