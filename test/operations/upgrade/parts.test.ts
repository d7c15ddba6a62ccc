import { deepEqual, equal } from "node:assert/strict";
import fc from "fast-check";
import { parse } from "yaml";
import type { PreviewReport } from "../../../operations/preview/report.ts";
import { mergedJson } from "../../../operations/upgrade/mergedJson.ts";
import { migratedFiles } from "../../../operations/upgrade/migrations/migrate.ts";
import { broughtBy, describeProofs } from "../../../operations/upgrade/proof.ts";
import { namedVersion, newestVersion, versionTags } from "../../../operations/upgrade/versions.ts";
import { defaultSuite } from "../../../config/baseSource.ts";

describe("two changes of one JSON document", () => {
  it("come together key by key, and are told where they are of one value", () => {
    const base = { name: "a", version: "1", scripts: { up: "up", old: "old" }, list: [1], gone: true };
    const ours = {
      name: "shop",
      version: "1",
      scripts: { up: "up", old: "old", mine: "mine" },
      list: [1, 2],
    };
    const theirs = {
      name: "a",
      version: "2",
      scripts: { up: "better", new: "new" },
      list: [1],
      gone: true,
      more: {},
    };
    deepEqual(mergedJson(base, ours, theirs), {
      value: {
        name: "shop",
        version: "2",
        scripts: { up: "better", new: "new", mine: "mine" },
        list: [1, 2],
        more: {},
      },
      conflicts: [],
    });
    const both = [{ a: { b: 1 } }, { a: { b: 2 } }, { a: { b: 3 } }] as const;
    deepEqual(mergedJson(...both).conflicts, ["a.b"]);
    deepEqual(
      mergedJson(...both, (place) => place.join(".") === "a.b"),
      { value: { a: { b: 2 } }, conflicts: [] },
    );
  });

  it("are one's own where the other has none, and the same from either side", () => {
    const document = fc.dictionary(
      fc.constantFrom("a", "b", "c"),
      fc.oneof(fc.nat(3), fc.dictionary(fc.constantFrom("d", "e"), fc.nat(3))),
    );
    fc.assert(
      fc.property(document, document, document, (base, ours, theirs) => {
        deepEqual(mergedJson(base, ours, base), { value: ours, conflicts: [] });
        deepEqual(mergedJson(base, base, theirs), { value: theirs, conflicts: [] });
        const [one, other] = [mergedJson(base, ours, theirs), mergedJson(base, theirs, ours)];
        deepEqual(one.conflicts.toSorted(), other.conflicts.toSorted());
        if (one.conflicts.length === 0) deepEqual(one.value, other.value);
      }),
    );
  });
});

describe("the versions of a repository", () => {
  const listing = [
    "1".repeat(40) + "\trefs/tags/v0.9.0",
    "2".repeat(40) + "\trefs/tags/v0.10.0",
    "3".repeat(40) + "\trefs/tags/v0.10.0^{}",
    "4".repeat(40) + "\trefs/tags/v0.11.0-rc.1",
    "5".repeat(40) + "\trefs/tags/nightly",
  ].join("\n");

  it("are its tags of that form, the newest by number, and what comes before one only by name", () => {
    const tags = versionTags(listing);
    deepEqual(
      tags.map(({ tag }) => tag),
      ["v0.9.0", "v0.10.0", "v0.11.0-rc.1"],
    );
    deepEqual(newestVersion(tags), { tag: "v0.10.0", commit: "3".repeat(40) });
    equal(namedVersion(tags, "0.11.0-rc.1")?.commit, "4".repeat(40));
    equal(namedVersion(tags, "v0.9.0")?.commit, "1".repeat(40));
    equal(namedVersion(tags, "nightly"), undefined);
    equal(newestVersion([]), undefined);
  });
});

describe("migrations", () => {
  const former = (file: string) =>
    file === "config/baseSource.ts" ? 'export const defaultSuite = "bookworm";\n' : undefined;
  const first = (file: string) =>
    file === "config/schema.ts"
      ? 'suite: z.string().default("bookworm").describe("Release of the distribution."),'
      : undefined;

  it("write down the suite that a base had by default, and nothing else", () => {
    const text = `# Ours.
name: shop
config:
  layers:
    value:
      base: { from: { mirror: {} }, roles: [base] } # plain
      named: { from: { mirror: {suite: bullseye} } }
      flow: { from: { mirror: {packages: [vim]} } }
      block:
        from:
          mirror:
            # Ours, too.
            packages: [vim]
      other: { on: base, roles: [other] }
`;
    const expected = text
      .replace("mirror: {} }, roles", "mirror: { suite: bookworm } }, roles")
      .replace("mirror: {packages", "mirror: {suite: bookworm, packages")
      .replace("            packages: [vim]\n", "            suite: bookworm\n            packages: [vim]\n");
    for (const base of [former, first]) {
      const { texts, told } = migratedFiles({ "Pulumi.yaml": text, "Pulumi.dev.yaml": text }, base);
      deepEqual(texts, { "Pulumi.yaml": expected });
      deepEqual(
        told,
        ["base", "flow", "block"].map(
          (layer) =>
            `Pulumi.yaml: layers.${layer}.from.mirror.suite: bookworm, as the default is ${defaultSuite} now`,
        ),
      );
      equal((parse(expected) as { name: string }).name, "shop");
      deepEqual(migratedFiles({ "Pulumi.yaml": expected }, base).texts, {});
    }
  });

  it("do nothing where the version before read the configuration as this one does", () => {
    const files = { "Pulumi.yaml": "config: {layers: {value: {base: {from: {mirror: {}}}}}}\n" };
    const same = () => `export const defaultSuite = "${defaultSuite}";`;
    for (const base of [same, () => undefined])
      deepEqual(migratedFiles(files, base), { texts: {}, told: [] });
  });
});

describe("what a version brings", () => {
  const image = (digit: string) => `sha256:${digit.repeat(64)}`;
  const report = (changes: Partial<PreviewReport>): PreviewReport => ({
    ...{ stack: "dev", layers: [], machineImages: [], fleets: [], hosts: [], others: [], changes: true },
    ...changes,
  });
  const cause = { kind: "file", what: "images/packer/layer/finish.sh", change: "changed" } as const;
  const fleet = { name: "web", from: image("a"), boxesBefore: 2, boxesAfter: 2, specification: [] };

  it("is what the version before would not do, and no swap where the image that runs is found", () => {
    const waiting = {
      id: "base.shop",
      action: "build" as const,
      causes: [{ ...cause, what: "apps/shop/main.py" }],
    };
    const found = { id: "base", action: "build" as const, causes: [cause], found: image("a") };
    const before = report({
      layers: [{ id: "base", action: "keep", causes: [] }, waiting],
      others: ["create x"],
    });
    const after = report({
      layers: [found, waiting],
      fleets: [{ ...fleet, action: "follow" }],
      others: ["create x"],
    });
    const brought = broughtBy(before, after);
    deepEqual(brought, report({ layers: [found], fleets: [{ ...fleet, to: image("a"), action: "keep" }] }));
    equal(
      describeProofs([{ stack: "dev", report: brought, isWaiting: true }]),
      `dev: an update would change something before this version, too
dev:
Layers
  base is found as ${"a".repeat(12)}, without a build: file images/packer/layer/finish.sh changed
Stays
  web
In short: 1 layer gets another input digest, and what they make is there; no fleet swaps
`,
    );
  });

  it("is a swap where an image is built, or a box is run otherwise", () => {
    const built = { id: "base", action: "build" as const, causes: [cause] };
    const before = report({ changes: false });
    const brought = broughtBy(
      before,
      report({
        layers: [built],
        fleets: [
          { ...fleet, action: "follow" },
          { ...fleet, name: "edge", action: "swap", to: image("a"), specification: ["command"] },
        ],
      }),
    );
    equal(
      describeProofs([{ stack: "dev", report: brought }])
        .split("\n")
        .at(-2),
      "In short: 1 layer gets another input digest, 1 of them are built; swapped for certain: edge; swapped where what is built comes out different: web",
    );
    deepEqual(
      describeProofs([{ stack: "dev", report: broughtBy(before, before) }]),
      "dev: nothing rebuilds, nothing swaps, nothing changes\n",
    );
    equal(describeProofs([]), "No stack has been up: there is nothing that this version could swap.\n");
  });
});
