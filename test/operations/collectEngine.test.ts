import assert from "node:assert/strict";
import fc from "fast-check";
import { claimReference } from "../../engine/claim.ts";
import type { ContainerFacts } from "../../engine/containers.ts";
import type { EngineImage } from "../../operations/collect/engine.ts";
import { engineItems } from "../../operations/collect/engineItems.ts";
import type { Item } from "../../operations/collect/item.ts";
import { planCollection } from "../../operations/collect/plan.ts";

const now = new Date("2026-01-10T00:00:00Z");
const old = new Date("2026-01-01T00:00:00Z");
const claimant = { owner: "0123456789ab", unmarked: false };
const other = "ba9876543210";
const removed = (items: Item[], references: string[] = []) =>
  planCollection(items, { references: new Set(references), minimumAgeSeconds: 86_400, now }).remove.map(
    ({ id }) => id,
  );

describe("the collection in an engine", () => {
  const layered = (
    Id: string,
    Layers: string[],
    Labels: Record<string, string> | null,
    RepoTags: string[],
  ): EngineImage => ({
    Id,
    RepoTags,
    Metadata: { LastTagTime: "2026-01-01T00:00:00Z" },
    Size: Layers.length * 100,
    Config: { Labels },
    RootFS: { Layers },
  });
  const digest = "c".repeat(64);
  const labelled = { "immutable-fleets.layer": "base", "immutable-fleets.input-digest": digest };
  const claimed = (...claimants: string[]) => [
    `immutable-fleets/base:${digest}`,
    ...claimants.map((each) => claimReference(each, "base", digest)),
  ];

  const boxOf = (Id: string, Image: string, runs = false): ContainerFacts =>
    ({
      ...{ Id, Name: `/${Id}`, Image, Created: old.toISOString() },
      State: { Status: runs ? "running" : "exited" },
      Config: { Labels: { "immutable-fleets.box": "web-1" } },
    }) as unknown as ContainerFacts;

  it("takes only images with our labels and our names, and knows what stands on what", () => {
    const images = [
      layered("base", ["1"], labelled, claimed(claimant.owner)),
      layered("renamed", ["1", "2"], labelled, [...claimed(claimant.owner), "mine:latest"]),
      layered("foreign", ["1", "9"], null, ["debian:12"]),
      layered("building", ["1", "7"], { ...labelled, "immutable-fleets.build": digest }, []),
      {
        ...layered("untold", ["8"], labelled, claimed(claimant.owner)),
        Metadata: { LastTagTime: "0001-01-01T00:00:00Z" },
      },
    ];
    const items = engineItems({ images, containers: [] }, claimant);
    assert.deepEqual(
      items.map(({ id, ours: own }) => [id, own]),
      [
        ["base", true],
        ["renamed", false],
        ["foreign", false],
        ["building", false],
        ["untold", true],
      ],
    );
    assert.deepEqual(items[2]?.needs, ["base", "layer 1", "layer 9", "proof foreign"]);
    assert.equal(items[1]?.bytes, 100);
    assert.equal(items[4]?.lastUsed, undefined);
    assert.ok(items[0]?.aliases.includes(digest));
  });

  it("leaves images that are another's, or of whom nobody knows, and gives up its name of what is another's too", () => {
    const images = [
      layered("ours", ["1"], labelled, claimed(claimant.owner)),
      layered("theirs", ["2"], labelled, claimed(other)),
      layered("both", ["3"], labelled, claimed(claimant.owner, other)),
      layered("unmarked", ["4"], labelled, claimed()),
    ];
    const containers = images.map(({ Id }) => boxOf(`box-of-${Id}`, Id));
    const gone = (whose: typeof claimant) => removed(engineItems({ images, containers }, whose));
    assert.deepEqual(gone(claimant), ["box-of-ours", "ours"]);
    assert.deepEqual(gone({ ...claimant, unmarked: true }), [
      ...["box-of-ours", "box-of-unmarked", "ours", "unmarked"],
    ]);
    const without = { images, containers: [] };
    const name = claimReference(claimant.owner, "base", digest);
    assert.deepEqual(removed(engineItems(without, claimant)), ["ours", name]);
    assert.deepEqual(removed(engineItems(without, claimant), ["both"]), ["ours"]);
  });

  it("takes existing images that it took by their names, and leaves those that somebody calls otherwise", () => {
    const name = (claim: string) => [`immutable-fleets/image-shop:${digest}`, claim];
    const own = claimReference(claimant.owner, "image-shop", digest);
    const images = [
      layered("taken", ["1"], null, name(own)),
      layered("theirs", ["2"], null, name(claimReference(other, "image-shop", digest))),
      layered("called", ["3"], null, [...name(own), "shop:1.4"]),
      layered("pulled", ["4"], null, []),
    ];
    assert.deepEqual(removed(engineItems({ images, containers: [] }, claimant)), ["taken"]);
    const boxes = [boxOf("box", "taken", true)];
    assert.deepEqual(removed(engineItems({ images, containers: boxes }, claimant)), []);
  });

  it("removes nothing that is not ours alone, or that any container needs which stays", () => {
    const claims = fc.subarray([claimant.owner, other]);
    const drawn = fc.array(fc.record({ claims, boxes: fc.array(fc.boolean(), { maxLength: 2 }) }), {
      maxLength: 8,
    });
    fc.assert(
      fc.property(drawn, fc.array(fc.nat(8), { maxLength: 2 }), (all, referenced) => {
        const images = all.map(({ claims: own }, index) =>
          layered(`image-${index}`, ["base", `${index}`].slice(index % 2), labelled, claimed(...own)),
        );
        const containers = all.flatMap(({ boxes }, index) =>
          boxes.map((runs, box) => boxOf(`box-${index}-${box}`, `image-${index}`, runs)),
        );
        const items = engineItems({ images, containers }, claimant);
        const gone = removed(
          items,
          referenced.map((index) => `image-${index}`),
        );
        for (const [index, { claims: own, boxes }] of all.entries()) {
          const isGone = gone.includes(`image-${index}`);
          if (referenced.includes(index) || own.length !== 1 || own[0] === other) assert.ok(!isGone);
          for (const [box, runs] of boxes.entries()) {
            if (runs) assert.ok(!gone.includes(`box-${index}-${box}`));
            if (!gone.includes(`box-${index}-${box}`)) assert.ok(!isGone);
          }
          for (const name of gone.filter((each) => each.includes("/of-")))
            assert.ok(name.includes(`/of-${claimant.owner}/`));
        }
      }),
      { numRuns: 500 },
    );
  });
});
