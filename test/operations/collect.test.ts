import assert from "node:assert/strict";
import fc from "fast-check";
import type { Engine } from "../../engine/engine.ts";
import { ownerMark, ownersOf, tagKeys } from "../../images/publish/snapshot/snapshotTags.ts";
import { cloudItems, type AccountFacts } from "../../operations/collect/cloudItems.ts";
import type { Item } from "../../operations/collect/item.ts";
import { planCollection, referencesIn } from "../../operations/collect/plan.ts";
import { keptReleases } from "../../operations/collect/references.ts";
import { inBoth } from "../../operations/collect/remove.ts";
import { formatBytes, parseSpan } from "../../operations/text/format.ts";

const now = new Date("2026-01-10T00:00:00Z");
const old = new Date("2026-01-01T00:00:00Z");
const day = 86_400;
const item = (id: string, changes: Partial<Item> = {}): Item => ({
  kind: "image",
  id,
  name: id,
  aliases: [],
  needs: [],
  ours: true,
  inUse: false,
  lastUsed: old,
  bytes: 1,
  ...changes,
});
const removed = (items: Item[], references: string[] = []) =>
  planCollection(items, { references: new Set(references), minimumAgeSeconds: day, now }).remove.map(
    ({ id }) => id,
  );

/** Items that need earlier ones, by id or alias, in any state. */
const world = fc
  .array(
    fc.record({
      needs: fc.array(fc.nat(), { maxLength: 3 }),
      byAlias: fc.boolean(),
      ours: fc.boolean(),
      inUse: fc.boolean(),
      ageDays: fc.option(fc.nat(4), { nil: undefined }),
      referenced: fc.constantFrom("no", "no", "no", "id", "alias"),
    }),
    { maxLength: 25 },
  )
  .map((drawn) => ({
    items: drawn.map(({ needs, byAlias, ours, inUse, ageDays }, index) => {
      const needed = index === 0 ? [] : needs.map((each) => `${byAlias ? "alias" : "id"}${each % index}`);
      const lastUsed =
        ageDays === undefined ? {} : { lastUsed: new Date(now.getTime() - ageDays * day * 1000) };
      const { lastUsed: _, ...bare } = item(`id${index}`, {
        aliases: [`alias${index}`],
        needs: needed,
        ours,
        inUse,
      });
      return { ...bare, ...lastUsed };
    }),
    references: drawn.flatMap(({ referenced }, index) =>
      referenced === "no" ? [] : [`${referenced}${index}`],
    ),
  }));

describe("the collection's plan", () => {
  it("never removes what is referenced, runs, is young or another's, nor anything below it", () => {
    fc.assert(
      fc.property(world, ({ items, references }) => {
        const names = new Set(references);
        const { remove } = planCollection(items, { references: names, minimumAgeSeconds: 2 * day, now });
        const gone = new Set(remove.flatMap(({ id, aliases }) => [id, ...aliases]));
        for (const each of remove) {
          assert.ok(each.ours && !each.inUse && each.lastUsed);
          assert.ok(now.getTime() - each.lastUsed.getTime() >= 2 * day * 1000);
          assert.ok(!names.has(each.id) && !each.aliases.some((alias) => names.has(alias)));
        }
        // What stays needs nothing that goes: by induction nothing below what is kept goes.
        for (const each of items)
          if (!gone.has(each.id)) for (const need of each.needs) assert.ok(!gone.has(need));
      }),
      { numRuns: 1000 },
    );
  });

  it("removes what needs something before what it needs, and all that nothing keeps", () => {
    fc.assert(
      fc.property(world, ({ items, references }) => {
        const { remove, kept } = planCollection(items, {
          references: new Set(references),
          minimumAgeSeconds: 0,
          now,
        });
        assert.equal(remove.length + kept, items.length);
        const place = new Map(
          remove.flatMap(({ id, aliases }, index) => [id, ...aliases].map((name) => [name, index])),
        );
        remove.forEach(({ needs }, index) => {
          for (const need of needs)
            assert.ok((place.get(need) ?? Infinity) > index, `${need} after what needs it`);
        });
        const again = items.filter((each) => !remove.includes(each));
        const second = planCollection(again, { references: new Set(references), minimumAgeSeconds: 0, now });
        assert.deepEqual(second.remove, []);
      }),
      { numRuns: 1000 },
    );
  });

  it("keeps a stopped box's image with its parents, and removes children before parents", () => {
    const chain = [item("base"), item("python", { needs: ["base"] }), item("catalog", { needs: ["python"] })];
    assert.deepEqual(removed(chain), ["catalog", "python", "base"]);
    assert.deepEqual(removed(chain, ["python"]), ["catalog"]);
    const box = item("box", { kind: "container", needs: ["catalog"], inUse: true });
    assert.deepEqual(removed([...chain, box]), []);
    assert.deepEqual(removed([...chain, { ...box, inUse: false }]), ["box", "catalog", "python", "base"]);
    assert.deepEqual(removed([item("other", { ours: false, needs: ["python"] }), ...chain]), ["catalog"]);
  });

  it("plans AMIs before their snapshots, and snapshots before the parents that only others need", () => {
    const account = [
      item("snap-1", { kind: "snapshot" }),
      item("snap-2", { kind: "snapshot" }),
      item("ami-1", { kind: "ami", needs: ["snap-1"] }),
      item("ami-2", { kind: "ami", needs: ["snap-2"] }),
    ];
    assert.deepEqual(removed(account, ["ami-2"]), ["ami-1", "snap-1"]);
  });
});

const claimant = { owner: "0123456789ab", unmarked: false };
const other = "ba9876543210";
/** Whose a thing is: ours, another's, everybody's, or nobody knows. */
const owners = fc.constantFrom<string[]>(
  ...[[], [claimant.owner], [claimant.owner], [other], [claimant.owner, other]],
);

/** An account: snapshots on earlier ones, AMIs on some of them, with and without our tags. */
const account = fc
  .array(
    fc.record({
      parent: fc.option(fc.nat()),
      ours: fc.boolean(),
      owners,
      ami: fc.constantFrom("none", "ours", "ours", "theirs", "shared", "launched", "template"),
      amiOwners: owners,
    }),
    {
      maxLength: 15,
    },
  )
  .map((drawn): AccountFacts => {
    const digest = (index: number) => `sha256:${String(index).padStart(64, "0")}`;
    const tags = (index: number, ours: boolean, whose: string[], parent?: number) =>
      ours
        ? [
            { Key: tagKeys.diskDigest, Value: digest(index) },
            ...whose.map((each) => ({ Key: ownerMark(each), Value: "" })),
            ...(parent === undefined ? [] : [{ Key: tagKeys.parentDigest, Value: digest(parent) }]),
          ]
        : [{ Key: "Name", Value: "somebody's" }];
    const snapshots = drawn.map(({ parent, ours, owners: whose }, index) => ({
      SnapshotId: `snap-${index}`,
      StartTime: old,
      State: "completed" as const,
      Tags: tags(index, ours, whose, index === 0 || parent === null ? undefined : parent % index),
    }));
    const withAmi = drawn.flatMap(({ ami, amiOwners }, index) =>
      ami === "none" ? [] : [{ ami, amiOwners, index }],
    );
    const images = withAmi.map(({ ami, amiOwners, index }) => ({
      ImageId: `ami-${index}`,
      CreationDate: old.toISOString(),
      State: "available" as const,
      BlockDeviceMappings: [{ Ebs: { SnapshotId: `snap-${index}` } }],
      Tags: tags(index, ami !== "theirs", amiOwners),
    }));
    const only = (kind: string) =>
      withAmi.filter(({ ami }) => ami === kind).map(({ index }) => `ami-${index}`);
    const templates = only("template").map((ImageId) => ({ LaunchTemplateData: { ImageId } }));
    return {
      region: "eu-central-1",
      images,
      snapshots,
      running: only("launched"),
      shared: only("shared"),
      templates,
    };
  });

describe("what is removed after a question", () => {
  it("is what was shown, and of that what nothing has come to use while the question stood", () => {
    const [a, b] = [item("a"), item("b")];
    const engine = { name: "north" } as Engine;
    const of = (items: Item[], there?: Engine) => ({ engine: there, items });
    const earlier = [of([a, b]), of([a], engine)];
    assert.deepEqual(inBoth(earlier, [of([b, item("c")]), of([a], engine)]), [of([b]), of([a], engine)]);
    assert.deepEqual(inBoth(earlier, [of([a])]), [of([a]), of([], engine)]);
  });
});

describe("the collection in an account", () => {
  it("never touches others' things, what is in use, or what these stand on; and no parent before its children", () => {
    fc.assert(
      fc.property(account, fc.array(fc.nat(15), { maxLength: 3 }), (facts, referenced) => {
        const items = cloudItems(facts, claimant);
        const references = new Set(referenced.map((index) => `ami-${index}`));
        const { remove } = planCollection(items, { references, minimumAgeSeconds: day, now });
        const order = remove.map(({ id }) => id);
        const used = [...facts.running, ...facts.shared, ...references];
        for (const { id } of remove) assert.ok(!used.includes(id));
        const keys = ({ Tags = [] }: { Tags?: { Key?: string | undefined }[] | undefined }) =>
          ownersOf(Tags.flatMap(({ Key = [] }) => Key));
        const whose = new Map([
          ...facts.images.map((image) => [image.ImageId ?? "", keys(image)] as const),
          ...facts.snapshots.map((each) => [each.SnapshotId ?? "", keys(each)] as const),
        ]);
        for (const { kind, id } of remove) {
          if (kind === "mark") assert.ok(id.endsWith(` ${ownerMark(claimant.owner)}`), id);
          // Of a snapshot that says nothing, the AMI on it does.
          else if (whose.get(id)?.length !== 0) assert.deepEqual(whose.get(id), [claimant.owner], id);
          else assert.deepEqual(whose.get(id.replace("snap", "ami")), [claimant.owner], id);
        }
        for (const { ImageId = "", Tags = [], BlockDeviceMappings = [] } of facts.images) {
          const snapshot = BlockDeviceMappings[0]?.Ebs?.SnapshotId ?? "";
          if (!Tags.some(({ Key }) => Key === tagKeys.diskDigest)) assert.ok(!order.includes(ImageId));
          if (!order.includes(ImageId)) assert.ok(!order.includes(snapshot));
          else if (order.includes(snapshot)) assert.ok(order.indexOf(ImageId) < order.indexOf(snapshot));
        }
        for (const { kind, id, needs } of items.filter((each) => each.kind === "snapshot")) {
          const parents = items.filter(({ aliases }) => aliases.some((alias) => needs.includes(alias)));
          for (const parent of parents) {
            if (!order.includes(id)) assert.ok(!order.includes(parent.id), `${kind} ${parent.id}`);
            else if (order.includes(parent.id)) assert.ok(order.indexOf(id) < order.indexOf(parent.id));
          }
        }
      }),
      { numRuns: 1000 },
    );
  });
});

describe("what the collection reads", () => {
  it("finds references in any document", () => {
    const digest = "ab".repeat(32);
    const text = JSON.stringify({
      image: `sha256:${digest}`,
      ami: "ami-0123456789abcdef0",
      other: "nothing",
      number: 12,
    });
    assert.deepEqual(referencesIn(text), [digest, `sha256:${digest}`, "ami-0123456789abcdef0"]);
  });

  it("keeps the newest releases of each environment", () => {
    const release = (environment: string, number: number) => ({
      name: `${environment}/${number}`,
      environment,
      number,
      references: [],
      document: {},
    });
    const all = [release("dev", 2), release("dev", 10), release("dev", 9), release("prod", 1)];
    const kept = (selected?: string[]) => keptReleases(all, 2, selected).map(({ name }) => name);
    assert.deepEqual(kept(), ["dev/10", "dev/9", "prod/1"]);
    assert.deepEqual(kept(["dev/2"]), ["dev/10", "dev/9", "dev/2", "prod/1"], "prod is about to take it");
  });

  it("reads spans and writes sizes", () => {
    const spans = ["90 min", "12h", "1 d", "30 s", "1 week", ""].map(parseSpan);
    assert.deepEqual(spans, [5400, 43_200, 86_400, 30, undefined, undefined]);
    assert.deepEqual([0, 900, 2048, 15 * 2 ** 20, 1.5 * 2 ** 30].map(formatBytes), [
      "0 B",
      "900 B",
      "2.0 KiB",
      "15 MiB",
      "1.5 GiB",
    ]);
  });
});
