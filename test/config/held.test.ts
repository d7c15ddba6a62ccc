import { deepEqual } from "node:assert/strict";
import { validate } from "../../config/read/validate.ts";
import { fleetChain } from "../../plan/chains.ts";
import { environmentPlan } from "../../plan/environment/plan.ts";
import { changed, surroundings } from "./fixture.ts";
import { refuses } from "./refuses.ts";

const layers = [
  ["layers/crun", { on: "base", roles: ["base"] }],
  ["layers/boxed", { on: "crun", roles: ["contained"], holds: ["catalog"] }],
] as const;
const known = { ...surroundings, roles: [...surroundings.roles, "contained"] };

describe("machine images that hold container images", () => {
  const input = changed(
    ...layers,
    ["fleets/shop/machine", "boxed"],
    ["environment/machineImages", { region: "eu-central-1", fleets: ["shop"] }],
  );
  const configuration = validate(input, known);

  it("have the layer that a fleet names on top, and none of the applications' own", () => {
    deepEqual(fleetChain(configuration, "shop", "machine"), ["base", "kernel", "crun", "boxed"]);
    deepEqual(fleetChain(configuration, "shop", "container"), ["base", "python", "catalog"]);
  });

  it("have the container images built before them, where they are built", () => {
    deepEqual(environmentPlan(configuration).images.held, { catalog: ["base", "python", "catalog"] });
    deepEqual(
      environmentPlan({
        ...configuration,
        fleets: {},
        environment: { ...configuration.environment, fleets: {}, machineImages: undefined },
      }).images.held,
      {},
    );
  });
});

describe("machine images that cannot hold container images are refused", () => {
  refuses(
    "of an application that is none, and without the role",
    [["layers/boxed", { on: "base", roles: ["base"], holds: ["catalogue"] }]],
    [
      "layers.boxed.holds[0]: expected a known application, got catalogue; did you mean catalog?",
      "layers.boxed.roles: expected the role contained beside holds, got none; add it to roles",
    ],
  );
  refuses(
    "with an image that holds one itself",
    [
      ["layers/catalog/holds", ["catalog"]],
      ["layers/catalog/roles", ["catalog"]],
    ],
    [
      "layers.catalog.holds[0]: expected an application whose own image holds none, got catalog, on catalog; remove it",
      "layers.catalog.roles: expected the role contained beside holds, got none; add it to roles",
    ],
  );
  refuses(
    "without all of a fleet's applications",
    [["fleets/shop/machine", "python"]],
    ["fleets.shop.machine: expected a layer that holds catalog, got python; add holds: [catalog] to it"],
  );
  refuses(
    "by a layer that is none",
    [["fleets/shop/machine", "pyton"]],
    ["fleets.shop.machine: expected a known layer, got pyton; did you mean python?"],
  );
});
