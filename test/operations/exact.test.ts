import { deepEqual } from "node:assert/strict";
import type { FleetLine, LayerLine } from "../../operations/preview/line.ts";
import type { PreviewReport } from "../../operations/preview/report.ts";
import { inexactness, type Made } from "../sandbox/exact.ts";

const before: Made = {
  layers: { base: "l1", "base.python": "l2" },
  images: { base: "i1", "base.python": "i2" },
  boxes: { catalog: ["a", "b"] },
  machineImages: { catalog: "m1" },
  hosts: {},
};
const layer = (id: string, action: LayerLine["action"]): LayerLine => ({ id, action, causes: [] });
const fleet = (action: FleetLine["action"], own: Partial<FleetLine> = {}): FleetLine => ({
  ...{ name: "catalog", action, boxesBefore: 2, boxesAfter: 2, specification: [] },
  ...own,
});
const report = (layers: LayerLine[], fleets: FleetLine[]): PreviewReport => ({
  ...{ stack: "dev", layers, machineImages: [], fleets, hosts: [], others: [], changes: true },
});
const told = (layers: LayerLine[], fleets: FleetLine[], after: Partial<Made>) =>
  inexactness(report(layers, fleets), before, { ...before, ...after });

describe("the comparison of a preview with what came of it", () => {
  it("finds nothing where both agree", () => {
    const swapped = { boxes: { catalog: ["c", "d"] }, layers: { ...before.layers, "base.python": "l3" } };
    deepEqual(told([layer("base", "keep"), layer("base.python", "build")], [fleet("swap")], swapped), []);
    deepEqual(told([layer("base.python", "follow")], [fleet("follow")], {}), []);
    deepEqual(told([], [fleet("scale", { boxesAfter: 3 })], { boxes: { catalog: ["a", "b", "c"] } }), []);
    deepEqual(told([], [fleet("remove", { boxesAfter: 0 })], { boxes: {} }), []);
    deepEqual(told([], [fleet("move")], { boxes: { catalog: ["group:0", "group:1"] } }), []);
  });

  it("finds layers that were built or not, against what was said", () => {
    const rebuilt = { layers: { ...before.layers, "base.python": "l3" } };
    deepEqual(told([layer("base.python", "keep")], [fleet("keep")], rebuilt), [
      "layer base.python: the preview said keep, but it was built",
    ]);
    deepEqual(told([layer("base.python", "build")], [fleet("keep")], {}), [
      "layer base.python: the preview said build, but it was not built",
    ]);
    deepEqual(told([layer("base.python", "follow")], [fleet("keep")], { images: { base: "i9" } }), [
      "layer base.python: the preview said follow, but it was not built",
    ]);
  });

  it("finds machine images that were made or not, against what was said", () => {
    const told = (action: "build" | "keep", made: string) => {
      const said = {
        ...report([], [fleet("keep")]),
        machineImages: [{ fleet: "catalog", action, causes: [] }],
      };
      return inexactness(said, before, { ...before, machineImages: { catalog: made } });
    };
    deepEqual([told("build", "m2"), told("keep", "m1")], [[], []]);
    deepEqual(told("keep", "m2"), ["machine image of catalog: the preview said keep, but it was made"]);
    deepEqual(told("build", "m1"), ["machine image of catalog: the preview said build, but it was not made"]);
  });

  it("finds fleets that did otherwise, and those that were not named", () => {
    const one = { boxes: { catalog: ["a", "c"] } };
    deepEqual(told([], [fleet("keep")], one), [
      "fleet catalog: the preview said keep to 2, but it made 1 and has 2 boxes",
    ]);
    deepEqual(told([], [fleet("swap", { to: "i3" })], {}), [
      "fleet catalog: the preview said swap to 2, but it made 0 and has 2 boxes",
    ]);
    deepEqual(told([], [], one), ["fleet catalog: the preview did not name it"]);
  });
});
