import { deepEqual, equal } from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { resolved } from "../../../config/read/resolved.ts";
import { configurationSchema } from "../../../config/schema.ts";
import { runSwarm } from "../../../fleets/swarm/run.ts";
import type { ServiceGateRequest } from "../../../fleets/swarm/request.ts";
import { environmentPlan } from "../../../plan/environment/plan.ts";
import { chainId } from "../../../plan/chain.ts";
import { good, hostKey } from "../../config/fixture.ts";
import { around, targetOf } from "../around.ts";
import { made, resource, type Made } from "../mocks.ts";
import { service } from "../service.ts";

const machine = { address: "10.0.0.5", hostKey };
const printed = {
  ...{ image: "sha256:built", services: [] },
  ...{ manifest: "registry.example/catalog@sha256:2", platform: { architecture: "amd64", os: "linux" } },
};

/** What the good configuration makes on a Swarm. */
function on(swarm: object): Promise<Made[]> {
  const fleets = { shop: { boxes: 3, environment: { TOKEN: "${secret:token}" } }, orders: {} };
  const accessories = { database: { address: "database.example" } };
  const environment = { ...good.environment, accessories, fleets, swarm };
  const registry = { prefix: "registry.example" };
  const plan = environmentPlan(resolved(configurationSchema.parse({ ...good, environment, registry })));
  return made((options) => {
    const images = new Map(
      plan.images.containers.map((chain) => {
        const image = pulumi.output(`sha256:${chainId(chain)}`);
        const inputDigest = pulumi.output("0123");
        return [chainId(chain), { image, inputDigest, services: pulumi.output([service()]) }] as const;
      }),
    );
    const secrets = { set: pulumi.secret<Record<string, string>>({ token: "geheim" }), generated: {} };
    runSwarm(targetOf(plan, "swarm"), around(plan, { made: images, secrets, options }));
  }, printed);
}

describe("fleets on a Swarm", () => {
  let all: Made[] = [];
  before(async () => {
    all = await on({ manager: machine, edges: { east: { ...machine, address: "10.0.0.6" } } });
  });

  it("are services that others take the place of, in a network of all machines", () => {
    const { inputs, options, secrets } = resource(all, "service:Service", "shop");
    const { taskSpec, endpointSpec, labels, mode } = inputs as {
      taskSpec: { containerSpec: { image: string; env: object }; networksAdvanceds: object[] };
    } & Record<string, unknown>;
    equal(taskSpec.containerSpec.image, "registry.example/catalog@sha256:2");
    deepEqual(taskSpec.networksAdvanceds, [{ id: "boxes-id", aliases: ["shop", "catalog.application"] }]);
    deepEqual([endpointSpec, mode], [{ mode: "dnsrr" }, undefined]);
    deepEqual(labels, [
      { label: "immutable-fleets.fleet", value: "shop" },
      { label: "immutable-fleets.stack", value: "project/test" },
    ]);
    deepEqual(
      [options.deleteBeforeReplace, options.replaceOnChanges],
      [false, ["taskSpec", "labels", "endpointSpec"]],
    );
    deepEqual(secrets, []);
    const { driver, attachable } = resource(all, "network:Network", "boxes").inputs;
    deepEqual([driver, attachable], ["overlay", true]);
  });

  it("have their secrets from the Swarm, and from nowhere else", () => {
    const { inputs, secrets } = resource(all, "secret:Secret", "shop");
    equal(Buffer.from(String(inputs["data"]), "base64").toString(), "TOKEN='geheim'\n");
    deepEqual(secrets, ["data"]);
    const others = all.filter(({ type }) => !type.endsWith("secret:Secret"));
    equal(JSON.stringify(others.map((each) => each.inputs)).includes("geheim"), false);
    equal(
      all.some(({ type, name }) => type.endsWith("secret:Secret") && name === "orders"),
      false,
    );
  });

  it("are gated by every edge, which is where it was declared", () => {
    const edges = all.filter(({ type, name }) => type.endsWith("container:Container") && /edge$/.test(name));
    deepEqual(
      edges.map(({ name }) => name),
      ["east.edge"],
    );
    const gate = resource(all, "local:Command", "shop-gate").inputs;
    const request = JSON.parse(String(gate["stdin"])) as ServiceGateRequest;
    deepEqual(
      [request.service, request.boxes, request.applications],
      ["shop-id", 3, [{ name: "catalog", port: 8081 }]],
    );
    deepEqual(
      request.edges.map(({ container, engine }) => [container, engine?.url, engine?.path]),
      [["east.edge-id", "ssh://10.0.0.6:22", "environment.swarm.edges.east"]],
    );
    equal(request.manager?.path, "environment.swarm.manager");
    deepEqual(gate["environment"], { FLEET_BOXES: "3" });
  });

  it("are drained before their service goes, and not when another number of boxes is wanted", () => {
    const { inputs } = resource(all, "local:Command", "shop-drain");
    deepEqual([inputs["create"], inputs["delete"], inputs["triggers"]], ["stay", "end", ["shop-id"]]);
    deepEqual(JSON.parse(String(inputs["stdin"])), {
      ...{ fleet: "shop", service: "shop-id", drainSeconds: 30 },
      manager: JSON.parse(String(resource(all, "local:Command", "swarm").inputs["stdin"])) as object,
    });
  });
});
