import { deepEqual, equal } from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { ContainerFleet, type ContainerFleetArgs } from "../../fleets/containers/ContainerFleet.ts";
import type { BoxShapePlan } from "../../plan/boxShape.ts";
import type { GateRequest } from "../../fleets/gate/request.ts";
import { made, resource, type Made } from "./mocks.ts";
import { place } from "./place.ts";
import { service } from "./service.ts";

const fleet = (own: Partial<ContainerFleetArgs> = {}) =>
  made((options) => {
    new ContainerFleet(
      {
        fleet: "shop",
        image: "sha256:image",
        boxes: 2,
        limits: {
          services: [service()],
          init: "foreground",
          volatile: [],
          capabilities: [],
          drainSeconds: 45,
        },
        environment: { LEVEL: "info" },
        place: place(options),
        edge: "edge-id",
        applications: [{ name: "catalog", port: 8081 }],
        gate: { timeoutSeconds: 60, steadySeconds: 3 },
        ...own,
      },
      options,
    );
  });
const boxes = (all: readonly Made[]) => all.filter(({ type }) => type === "docker:index/container:Container");

describe("a container fleet", () => {
  it("has as many boxes as wanted; more or fewer of them leave the others as they are", async () => {
    const two = boxes(await fleet({ boxes: 2 }));
    const three = boxes(await fleet({ boxes: 3 }));
    deepEqual(
      three.map(({ name }) => name),
      ["shop-1", "shop-2", "shop-3"],
    );
    for (const [index, box] of two.entries()) deepEqual(three[index]?.inputs, box.inputs);
  });

  it("runs its image by id in its network, under its own alias and its applications'", async () => {
    const { inputs } = resource(await fleet(), "Container", "shop-1");
    equal(inputs["image"], "sha256:image");
    deepEqual(inputs["networksAdvanced"], [{ aliases: ["shop", "catalog.application"], name: "boxes" }]);
    deepEqual(inputs["envs"], ["FLEET_BOX=shop-1", "FLEET_IMAGE_DIGEST=sha256:image", "LEVEL=info"]);
  });

  it("has boxes without a fixed name or a port of the host, so that old and new ones can be there at once", async () => {
    for (const { inputs, options } of boxes(await fleet())) {
      for (const key of ["name", "ports", "publishAllPorts", "hostname", "networkMode", "volumes"])
        equal(key in inputs, false, key);
      equal(options.deleteBeforeReplace, false);
    }
  });

  it("replaces a box for every change of what it is made with, and for no change of how it ends or is started again", async () => {
    const foreground = { ...everything, init: "foreground" as const };
    const all = await Promise.all(
      [everything, foreground].map((each) => fleet({ limits: { ...each, drainSeconds: 30 } })),
    );
    deepEqual(
      all.map((each) => boxes(each)[0]?.inputs["init"]),
      [undefined, true],
    );
    for (const { inputs, options } of all.flatMap(boxes)) {
      const replaced = options.replaceOnChanges ?? [];
      const kept = Object.keys(inputs).filter((key) => !replaced.includes("*") && !replaced.includes(key));
      deepEqual(
        kept.filter((key) => !["destroyGraceSeconds", "restart"].includes(key)),
        [],
      );
    }
  });

  it("says in a label what the engine gives to all: without it, a box would not be another one for it", async () => {
    const labels = async (shape: BoxShapePlan) =>
      boxes(await fleet({ limits: { ...everything, drainSeconds: 30, shape } })).map(({ inputs }) =>
        (inputs["labels"] as { label: string }[]).map(({ label }) => label).slice(3),
      );
    deepEqual(await labels({ shmMebibytes: 96 }), [["immutable-fleets.shape"], ["immutable-fleets.shape"]]);
    deepEqual(await labels({}), [[], []]);
  });

  it("gives boxes their time to drain before they are killed", async () => {
    for (const { inputs } of boxes(await fleet())) equal(inputs["destroyGraceSeconds"], 45);
  });

  it("keeps an environment with secrets secret", async () => {
    const environment = pulumi.secret({ TOKEN: "s3cret" });
    const all = await fleet({ environment });
    for (const box of boxes(all)) equal(box.secrets.includes("envs"), true);
    for (const { type, inputs, secrets } of all) {
      const plain = Object.entries(inputs).filter(([key]) => !secrets.includes(key));
      equal(JSON.stringify(plain).includes("s3cret"), false, type);
    }
  });

  const plan = { percents: [10, 100], bakeSeconds: 30, errorPercent: 1, slowerPercent: 200 };
  const few = { minimumRequests: 200, patienceSeconds: 600, tooFewRequests: "proceed" as const };
  const canary = { plan: { ...plan, ...few }, door: "door-id" };

  it("has a gate that leads requests to its boxes step by step, where that is said", async () => {
    const all = await fleet({ canary, ports: [{ name: "catalog.smtp", port: 2525 }] });
    const there = { fleet: "shop", stack: "project/test", network: "boxes", door: "door-id" };
    const backends = ["catalog", "catalog.smtp"];
    const gate = resource(all, "Command", "shop-gate");
    deepEqual((JSON.parse(gate.inputs["stdin"] as string) as GateRequest).canary, {
      ...{ ...there, backends, ...canary.plan, drainSeconds: 45 },
    });
    const hold = resource(all, "Command", "shop-hold");
    deepEqual(JSON.parse(hold.inputs["stdin"] as string), { ...there, backends });
    for (const { options } of boxes(all)) equal((options.dependsOn as unknown[]).length, 1);
    equal(
      (await fleet()).some(({ name }) => name.endsWith("-hold")),
      false,
    );
  });

  it("has a hold that runs before boxes that are made otherwise, and before no others", async () => {
    const held = async (own: Partial<ContainerFleetArgs> = {}) => {
      const { inputs, secrets } = resource(await fleet({ canary, ...own }), "Command", "shop-hold");
      return { triggers: inputs["triggers"], isSecret: secrets.includes("triggers") };
    };
    const first = await held();
    deepEqual(await held({ boxes: 5 }), first);
    deepEqual(
      await held({ limits: { ...everything, drainSeconds: 1 } }),
      await held({ limits: { ...everything, drainSeconds: 2 } }),
    );
    const others = [
      await held({ image: "sha256:other" }),
      await held({ environment: { LEVEL: "debug" } }),
      await held({ limits: { ...everything, drainSeconds: 45 } }),
    ];
    equal(new Set([first, ...others].map((each) => JSON.stringify(each))).size, 4);
    equal((await held({ environment: pulumi.secret({ TOKEN: "s3cret" }) })).isSecret, true);
  });

  it("has its boxes come by turns, each after the gate of the one before, where not all fit at once", async () => {
    const all = await fleet({ boxes: 5, surge: { maxSurge: 2, door: "door-id" } });
    const leads = { door: "door-id", backends: ["catalog"] };
    const names = [1, 2, 3, 4, 5].map((number) => `shop-${number}`);
    const there = { fleet: "shop", stack: "project/test", network: "boxes", leads, names, drainSeconds: 45 };
    const told = (name: string) =>
      JSON.parse(resource(all, "Command", name).inputs["stdin"] as string) as GateRequest;
    deepEqual(told("shop-room"), there);
    for (const [name, turn, known] of [
      ["shop-gate-1", 1, 2],
      ["shop-gate-2", 2, 4],
      ["shop-gate", 3, 5],
    ] as const) {
      const { boxes: seen, turns, edge } = told(name);
      deepEqual(Object.keys(seen), names.slice(0, known));
      deepEqual(turns, { ...there, maxSurge: 2, turn });
      equal(edge, "edge-id");
    }
    const before = await Promise.all(boxes(all).map(({ options }) => namesOf(options.dependsOn)));
    deepEqual(before, [["shop-room"], ["shop-room"], ["shop-gate-1"], ["shop-gate-1"], ["shop-gate-2"]]);
  });

  it("has turns of boxes that take no requests, which no edge is asked about", async () => {
    const all = await fleet({ applications: [], surge: { maxSurge: 1, door: "door-id" } });
    const { turns, edge } = JSON.parse(
      resource(all, "Command", "shop-gate").inputs["stdin"] as string,
    ) as GateRequest;
    deepEqual([turns?.leads, edge], [undefined, undefined]);
  });

  it("has a gate that runs anew for other boxes, after all of them", async () => {
    const gate = resource(await fleet(), "Command", "shop-gate");
    deepEqual(JSON.parse(gate.inputs["stdin"] as string), {
      fleet: "shop",
      boxes: { "shop-1": "shop-1-id", "shop-2": "shop-2-id" },
      applications: [{ name: "catalog", port: 8081 }],
      timeoutSeconds: 60,
      steadySeconds: 3,
      edge: "edge-id",
    });
    equal((gate.options.dependsOn as unknown[]).length, 2);
    const ports = [{ name: "catalog.smtp", port: 2525 }];
    const all = await fleet({ ports });
    deepEqual(
      (JSON.parse(resource(all, "Command", "shop-gate").inputs["stdin"] as string) as GateRequest)
        .applications,
      [{ name: "catalog", port: 8081 }, ...ports],
    );
    // A further port is no name of the box.
    deepEqual(
      boxes(all).map(({ inputs }) => inputs["networksAdvanced"]),
      boxes(await fleet()).map(({ inputs }) => inputs["networksAdvanced"]),
    );
    // In place, for it is given which boxes have passed before.
    equal("triggers" in gate.inputs, false);
    equal(gate.inputs["addPreviousOutputInEnv"], true);
  });
});

/** Whose end is waited for. */
async function namesOf(dependsOn: pulumi.CustomResourceOptions["dependsOn"]): Promise<string[]> {
  return Promise.all(
    (dependsOn as pulumi.Resource[]).map(async ({ urn }) => {
      const known = await new Promise<string>((resolve) => urn.apply(resolve));
      return known.split("::").at(-1) ?? "";
    }),
  );
}

const everything = {
  services: [service()],
  init: "systemd" as const,
  volatile: ["/var/cache/app"],
  capabilities: ["NET_RAW"],
  memory: "1 GiB",
  cpus: 2,
  shape: { ulimits: { nofile: [10, 20] as [number, number] }, init: true as const, shmMebibytes: 96 },
};
