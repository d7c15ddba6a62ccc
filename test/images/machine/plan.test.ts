import * as assert from "node:assert/strict";
import { diskCauses } from "../../../images/machine/causes.ts";
import { diskInputDigest, diskInputs } from "../../../images/machine/inputs.ts";
import { planDisks, type ChainImage } from "../../../images/machine/plan.ts";
import { describeCause } from "../../../plan/causes.ts";

const digest = (letter: string): string => `sha256:${letter.repeat(64)}`;
const settings = { baseImages: 2, sizeMiB: 2048, volumes: {}, sourceDateEpoch: 1 };
const image = (place: string, ...layers: string[]): ChainImage => ({
  place,
  digest: digest(place.at(-1) ?? ""),
  layers: layers.map(digest),
});
const chain = [
  image("a", "0", "1"),
  image("a.b", "0", "1", "2"),
  image("a.b.c", "0", "1", "2", "3"),
  image("a.b.c.d", "0", "1", "2", "3", "4"),
];

describe("planDisks", () => {
  it("makes one disk of all layers up to the kernel's, and one of each layer above", () => {
    assert.deepEqual(
      planDisks(chain, settings).map(({ place, layers, digest: own }) => [place, layers, own]),
      [
        ["a.b", ["0", "1", "2"].map(digest), digest("b")],
        ["a.b.c", [digest("3")], digest("c")],
        ["a.b.c.d", [digest("4")], digest("d")],
      ],
    );
  });

  it("makes no disk of an image without a layer of its own", () => {
    const same = { ...image("a.b.c", "0", "1", "2"), digest: digest("c") };
    assert.deepEqual(
      planDisks([...chain.slice(0, 2), same, image("a.b.c.d", "0", "1", "2", "4")], settings).map(
        (step) => step.place,
      ),
      ["a.b", "a.b.c.d"],
    );
  });

  it("names a disk by all that it is made from, and by nothing else", () => {
    const keys = (of: ChainImage[], more = {}) =>
      planDisks(of, { ...settings, ...more }).map(({ key }) => key);
    const before = keys(chain);
    const [base, machine, python, top] = chain as [ChainImage, ChainImage, ChainImage, ChainImage];
    assert.deepEqual(keys([base, machine, python, { ...top, place: "renamed" }]), before);
    const changed = keys([base, machine, python, { ...top, layers: [...python.layers, digest("5")] }]);
    assert.deepEqual(changed.slice(0, 2), before.slice(0, 2));
    assert.notEqual(changed[2], before[2]);
    const kept = (more: object) => keys(chain, more).map((key, index) => key === before[index]);
    for (const more of [{ sizeMiB: 4096 }, { sourceDateEpoch: 2 }])
      assert.deepEqual(kept(more), [false, false, false]);
    assert.deepEqual(kept({ volumes: { "/data": "/dev/sdf" } }), [true, true, false]);
  });

  it("declares volumes on the uppermost disk alone, for fleets share those below", () => {
    const volumes = { "/data": "/dev/sdf" };
    const declared = (of: ChainImage[]) =>
      planDisks(of, { ...settings, volumes }).map((step) => step.volumes);
    assert.deepEqual(declared(chain), [{}, {}, volumes]);
    assert.deepEqual(declared([...chain, image("e", "0", "1", "2", "3", "4")]), [{}, {}, volumes]);
  });

  it("refuses images that do not stand on each other", () => {
    assert.throws(
      () => planDisks([...chain.slice(0, 2), image("a.b.x", "0", "9", "2", "3")], settings),
      /image a\.b\.x: expected the layers of the image below it and one more, got others; build the images again/,
    );
  });
});

describe("diskInputs", () => {
  const plain = { roles: [], variables: {}, files: [], machineOnly: false };
  const layers = {
    base: plain,
    machine: { ...plain, on: "base", machineOnly: true },
    site: { ...plain, on: "base" },
  };

  it("counts the images of the base disk up to the kernel's layer", () => {
    assert.deepEqual(diskInputs(["base", "machine", "site"], layers, { sizeMiB: 2048 }), {
      places: ["base", "base.machine", "base.machine.site"],
      baseImages: 2,
      sizeMiB: 2048,
      volumes: {},
      tools: { disk: "1" },
    });
  });

  it("refuses a chain without a kernel, saying what to add", () => {
    assert.throws(
      () => diskInputs(["base", "site"], layers, { sizeMiB: 2048 }),
      /add machine: \{on: base, roles: \[machine\], machineOnly: true\}/,
    );
  });

  it("differ for a preview by what was changed, and in their digest by the image too", () => {
    const before = diskInputs(["base", "machine", "site"], layers, { sizeMiB: 2048 });
    const after = { ...before, sizeMiB: 4096, volumes: { "/data": "/dev/sdf" } };
    assert.deepEqual(diskCauses(before, after).map(describeCause), [
      "disk size changed",
      "disk volumes changed",
    ]);
    assert.deepEqual(diskCauses(before, before), []);
    assert.deepEqual(diskCauses(undefined, after).map(describeCause), ["not built before"]);
    assert.notEqual(diskInputDigest(before, digest("a")), diskInputDigest(before, digest("b")));
    assert.notEqual(diskInputDigest(before, digest("a")), diskInputDigest(after, digest("a")));
  });
});
