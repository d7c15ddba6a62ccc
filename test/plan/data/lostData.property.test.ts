import { deepEqual, equal } from "node:assert/strict";
import fc from "fast-check";
import { heldData, type HeldData } from "../../../plan/data/heldData.ts";
import { lostData } from "../../../plan/data/lostData.ts";
import { configured, stateAfter, type Written } from "./fixture.ts";

const protect = fc.boolean();
const accessory = fc.oneof(fc.record({ protect }), fc.constant({ protect: true, address: "db.example" }));
const engine = fc
  .constantFrom("10.0.0.5", "10.0.0.6")
  .map((address) => ({ address, hostKey: "ssh-ed25519 AAAA" }));
const zones = fc.subarray(["eu-central-1a", "eu-central-1b", "eu-central-1c"], { minLength: 1 });
const kept = fc.record({ boxes: fc.integer({ min: 1, max: 4 }), protect }).map(({ boxes, protect: own }) => ({
  ...{ target: "instances", stateful: true, boxes },
  instances: { data: { path: "/data", protect: own } },
}));
const fleet = fc.oneof(kept, fc.constant({ target: "containers" }), fc.constant({ target: "instances" }));

/** Environments of a few names, so that two of them often have something in common. */
const written: fc.Arbitrary<Written> = fc
  .record({
    accessories: fc.dictionary(fc.constantFrom("database", "cache"), accessory),
    engines: fc.dictionary(fc.constantFrom("north", "south"), engine, { maxKeys: 2 }),
    fleets: fc.dictionary(fc.constantFrom("search", "orders"), fleet),
    aws: zones.map((names) => ({ region: "eu-central-1", zones: names })),
    volumes: fc.dictionary(fc.constantFrom("uploads", "media"), fc.record({ protect })),
  })
  .map((environment) => ({
    fleets: Object.fromEntries(Object.keys(environment.fleets).map((name) => [name, {}])),
    volumes: Object.keys(environment.volumes),
    environment,
  }));

/** All that makes a volume the very same one to Pulumi. */
const identity = ({ kind, name, provider, inputs }: HeldData) =>
  JSON.stringify([kind, name, provider, inputs["availabilityZone"], inputs["kmsKeyId"]]);

describe("an update between any two configurations", () => {
  it("is refused when, and only when, a protected volume would not be the very same one", () => {
    fc.assert(
      fc.property(written, written, (first, second) => {
        const state = stateAfter(configured(first));
        const after = new Set(heldData(stateAfter(configured(second))).map(identity));
        const lost = heldData(state).filter((data) => data.protect && !after.has(identity(data)));
        const problems = lostData(state, configured(second));
        equal(problems.length > 0, lost.length > 0);
        for (const { volume } of lost)
          equal(
            problems.filter(({ expected }) => new RegExp(`\\b${volume}\\b`).test(expected)).length > 0,
            true,
          );
      }),
      { numRuns: 500 },
    );
  });

  it("is never refused where nothing changes, nor where all is renamed and says so", () => {
    fc.assert(
      fc.property(written, (before) => {
        const state = stateAfter(configured(before));
        deepEqual(lostData(state, configured(before)), []);
        deepEqual(lostData(state, configured(renamed(before, true))), []);
      }),
    );
  });

  it("is refused where all is renamed and does not say so", () => {
    fc.assert(
      fc.property(written, (before) => {
        const state = stateAfter(configured(before));
        const some = heldData(state).some((data) => data.protect && data.kind !== "shared");
        equal(lostData(state, configured(renamed(before, false))).length > 0, some);
      }),
    );
  });
});

/** Every accessory and fleet by another name. */
function renamed({ environment, volumes = [] }: Written, says: boolean): Written {
  const { accessories, fleets } = environment as Record<"accessories" | "fleets", object>;
  const moved = (record: object) =>
    Object.fromEntries(Object.entries(record).map(([name, value]) => [`new-${name}`, value as object]));
  const recipes = (record: object) =>
    Object.fromEntries(Object.keys(record).map((name) => [`new-${name}`, says ? { renamedFrom: name } : {}]));
  return {
    accessories: recipes(accessories),
    fleets: recipes(fleets),
    volumes,
    environment: { ...environment, accessories: moved(accessories), fleets: moved(fleets) },
  };
}
