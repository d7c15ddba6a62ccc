import { deepEqual, equal } from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { resolved } from "../../config/read/resolved.ts";
import { configurationSchema } from "../../config/schema.ts";
import { runContainers } from "../../fleets/containers/run.ts";
import { dialCommand, engineOf } from "../../engine/engine.ts";
import type { ShipRequest } from "../../fleets/engines/ship.ts";
import { environmentPlan } from "../../plan/environment/plan.ts";
import { chainId } from "../../plan/chain.ts";
import { good } from "../config/fixture.ts";
import { around, targetOf } from "./around.ts";
import { made, resource, type Made } from "./mocks.ts";
import { service } from "./service.ts";

const hostKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl";
const settings = { address: "10.0.0.5", port: 22, hostKey };
const north = engineOf("north", settings);

/** What the good configuration makes on these engines. */
function on(
  engines: Record<string, object>,
  accessories: object = { database: { address: "database.example" } },
): Promise<Made[]> {
  const environment = {
    ...{ ...good.environment, accessories, engines },
    edge: { layer: "haproxy", address: "0.0.0.0" },
  };
  const configuration = resolved(configurationSchema.parse({ ...good, environment }));
  const plan = environmentPlan(configuration);
  return made((options) => {
    const images = new Map(
      plan.images.containers.map((chain) => {
        const id = chainId(chain);
        const image = {
          image: pulumi.output(`sha256:${id}`),
          inputDigest: pulumi.output("0123"),
          manifest: pulumi.output(id.endsWith("catalog") ? `registry.example/catalog@${id}` : undefined),
          services: pulumi.output([service()]),
        };
        return [id, image] as const;
      }),
    );
    runContainers(targetOf(plan, "containers"), around(plan, { made: images, options }));
  });
}

const kinds = (all: readonly Made[], type: string) =>
  all.filter((each) => each.type.endsWith(type)).map(({ name }) => name);

describe("the engine of another machine", () => {
  it("is reached as the user and at the port that are named, and only with its own host key", () => {
    equal(north.url, "ssh://10.0.0.5:22");
    const other = { ...settings, user: "deploy", port: 2222, privateKey: "~/.ssh/fleet" };
    deepEqual(engineOf("north", other), {
      name: "north",
      url: "ssh://deploy@10.0.0.5:2222",
      sshOptions: [
        ...["-o", "BatchMode=yes", "-o", "ConnectTimeout=15", "-o", "StrictHostKeyChecking=yes"],
        ...["-o", "UserKnownHostsFile=/dev/null", "-o", "GlobalKnownHostsFile=/dev/null"],
        ...["-o", `KnownHostsCommand=/bin/echo %H ${hostKey}`],
        ...["-o", "IdentitiesOnly=yes", "-o", "IdentityFile=~/.ssh/fleet"],
      ],
    });
  });

  it("is dialled by one login for all connections", () => {
    deepEqual(dialCommand(north, "/tmp/ssh"), [
      "ssh",
      ...north.sshOptions,
      ...["-o", "ControlMaster=auto", "-o", "ControlPath=/tmp/ssh", "-o", "ControlPersist=30"],
      ...["-T", "--", "ssh://10.0.0.5:22", "docker", "system", "dial-stdio"],
    ]);
  });

  it("runs an edge and every fleet by a provider of its own, under names of its own", async () => {
    const all = await on({ north: { address: "10.0.0.5", hostKey } });
    const provider = resource(all, "docker", "north ssh://10.0.0.5:22");
    equal(provider.inputs["host"], "ssh://10.0.0.5:22");
    deepEqual(JSON.parse(provider.inputs["sshOpts"] as string), north.sshOptions);
    deepEqual(kinds(all, "Container").sort(), ["north.door", "north.edge", "north.orders-1", "north.shop-1"]);
    deepEqual(kinds(all, "Network"), ["north.boxes"]);
    const { inputs } = resource(all, "Container", "north.shop-1");
    deepEqual(inputs["networksAdvanced"], [
      { aliases: ["shop", "catalog.application"], name: "north.boxes" },
    ]);
    equal((inputs["envs"] as string[]).includes("FLEET_BOX=north.shop-1"), true);
  });

  it("is brought the very images, each once, under a name that keeps them", async () => {
    const all = await on({ north: { address: "10.0.0.5", hostKey } });
    const requests = all
      .filter(({ name }) => name.endsWith("-shipped"))
      .map(({ inputs }) => JSON.parse(inputs["stdin"] as string) as ShipRequest);
    deepEqual(
      requests.map(({ place, image, reference, manifest }) => [place, image, reference, manifest]).sort(),
      [
        ["base.haproxy", "sha256:base.haproxy", "immutable-fleets/haproxy:0123", undefined],
        [
          "base.python.catalog",
          "sha256:base.python.catalog",
          "immutable-fleets/catalog:0123",
          "registry.example/catalog@base.python.catalog",
        ],
        ["base.python.orders", "sha256:base.python.orders", "immutable-fleets/orders:0123", undefined],
      ],
    );
  });

  it("has gates that ask it", async () => {
    const all = await on({ north: { address: "10.0.0.5", hostKey } });
    const gate = resource(all, "Command", "north.shop-gate");
    deepEqual((JSON.parse(gate.inputs["stdin"] as string) as { engine: unknown }).engine, north);
    deepEqual(JSON.parse(resource(all, "Command", "north.edge-gate").inputs["stdin"] as string), north);
  });

  it("is swapped when all gates of the one before have passed", async () => {
    const engines = { north: { address: "10.0.0.5", hostKey }, south: { address: "10.0.0.6", hostKey } };
    const all = await on(engines);
    const waitsFor = ({ options }: Made) => [options.dependsOn ?? []].flat().length;
    for (const box of ["edge", "shop-1", "orders-1"]) {
      equal(waitsFor(resource(all, "Container", `north.${box}`)), 0, box);
      equal(waitsFor(resource(all, "Container", `south.${box}`)), 2, box);
    }
  });
});

describe("fleets beside an accessory", () => {
  it("wait for it where they use it, and only there", async () => {
    const all = await on({}, { database: {} });
    const before = (name: string) =>
      ((resource(all, "Container", name).options.dependsOn ?? []) as pulumi.Resource[]).map(
        (each) => each.constructor.name,
      );
    deepEqual([before("orders-1"), before("shop-1")], [["Accessory"], []]);
  });
});
