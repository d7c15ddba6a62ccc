import { deepEqual, equal } from "node:assert/strict";
import { validate } from "../../config/read/validate.ts";
import { wantedChains } from "../../operations/freshen/look.ts";
import { ownCommand } from "../../plan/boxCommand.ts";
import { causes, describeCause } from "../../plan/causes.ts";
import { environmentPlan } from "../../plan/environment/plan.ts";
import { inputDigest, readInputs } from "../../plan/inputs.ts";
import { changed, surroundings } from "../config/fixture.ts";
import { projectRoot } from "../../config/root.ts";

const digest = (letter: string) => `sha256:${letter.repeat(64)}`;
const image = `registry.example/shop:1.4@${digest("a")}`;
const configuration = validate(
  changed(
    ["applications/store", { image, port: 3000 }],
    ["applications/jobs", { of: "store", command: ["work"], ready: ["test"], uses: ["redis"] }],
    ["accessories/redis", { image, port: 6379, volume: "/data", ready: ["ping"], command: ["redis"] }],
    ["environment/accessories/redis", {}],
    ["fleets/store", { applications: ["store"] }],
    ["fleets/jobs", { applications: ["jobs"] }],
    ["environment/fleets/store", {}],
    ["environment/fleets/jobs", { drainSeconds: 300 }],
  ),
  surroundings,
);

describe("the plan of existing images and workers", () => {
  const { images, targets } = environmentPlan(configuration);
  const [target] = targets;
  if (target?.target !== "containers") throw new Error("expected containers");
  const fleet = (name: string) => target.fleets.find((each) => each.name === name);

  it("has a chain of one for each image, whoever runs it", () => {
    deepEqual(fleet("store")?.chain, ["image-store"]);
    deepEqual(fleet("jobs")?.chain, ["image-store"]);
    deepEqual(target.accessories.find(({ name }) => name === "redis")?.chain, ["image-redis"]);
    equal(images.fleets["jobs"]?.image, "image-store");
  });

  it("is not asked for newer packages of existing images", () => {
    const chains = wantedChains({ images });
    deepEqual(
      chains.map((chain) => chain.join(".")).filter((chain) => chain.includes("image-")),
      [],
    );
    equal(chains.length, 4);
  });

  it("has workers, their command and readiness, where the edge knows nothing of them", () => {
    const { applications, workers, command, limits } = fleet("jobs") ?? {};
    deepEqual(
      [applications, workers, command],
      [[], [{ name: "jobs", layer: "image-store", uses: ["redis"], ready: ["test"] }], ["work"]],
    );
    deepEqual([limits?.init, limits?.drainSeconds], ["foreground", 300]);
    deepEqual(fleet("store")?.workers, undefined);
    deepEqual(
      target.edge?.applications.map(({ name }) => name),
      ["catalog", "orders", "store"],
    );
    const urls = fleet("orders")?.told.glue.urls ?? {};
    equal("jobs" in urls, false);
    deepEqual(fleet("jobs")?.told.glue.accessories, { REDIS_HOST: "redis", REDIS_PORT: "6379" });
  });

  it("takes nothing but the pinned image for what it is made from, and tells what it was", () => {
    const recipe = configuration.layers["image-store"];
    if (!recipe) throw new Error("expected a layer");
    const inputs = readInputs(projectRoot, "image-store", recipe, { packer: "1" });
    deepEqual(inputs, { layer: "image-store", image, roles: [], variables: {}, files: {}, tools: {} });
    equal(inputDigest(inputs, undefined).length, 64);
    const after = { ...inputs, image: `registry.example/shop:1.5@${digest("b")}` };
    deepEqual(causes(inputs, after).map(describeCause), [`image: was ${image}, now ${after.image}`]);
  });
});

describe("a command of one's own", () => {
  it("stands as it is in an existing image, and takes a unit's place with all that it says in one of ours", () => {
    deepEqual(ownCommand({}, ["work", "$HOME"]), ["work", "$HOME"]);
    const start = {
      ...{ unit: "a.service", environment: ["A=1"], files: [], unset: [], before: [], umask: 18 },
      start: { program: "/usr/bin/a", expands: true },
      ...{ folder: { path: "/", optional: false }, limits: {}, kill: "first" as const },
      ...{ ignoresPipe: true, stopSignal: 15, stopSeconds: 90 },
    };
    const [program, settings = "", ...rest] = ownCommand({ start }, ["work", "$HOME"]);
    deepEqual([program, rest], ["/usr/lib/fleet/fleet-start", ["--", "work", "$HOME"]]);
    deepEqual(JSON.parse(settings), { ...start, start: { program: "work", expands: false } });
  });
});
