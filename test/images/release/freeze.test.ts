import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { freezeEntries, freezeOf, freezeWords, recordFreeze } from "../../../images/release/freeze.ts";
import { releasedEnvironments } from "../../../images/release/folder.ts";
import { readReleases } from "../../../operations/state/releases.ts";
import { withRoots } from "./fixture.ts";

const recorder = { author: "Ann <ann@example.com>", reason: "the sale" };
const noon = new Date("2026-11-30T12:00:00Z");
const later = (hours: number) => new Date(noon.getTime() + hours * 3_600_000);

describe("a freeze", () => {
  let root = "";
  withRoots((each) => (root = each));
  const freeze = (of: string, until?: Date, now = noon) =>
    recordFreeze(root, { of, change: "freeze", until }, recorder, now);
  const end = (of: string, now = noon) => recordFreeze(root, { of, change: "end" }, recorder, now);

  it("holds one environment until somebody ends it, and is a signed entry beside the releases", async () => {
    assert.equal(freezeOf(root, "prod", noon), undefined);
    await freeze("prod");
    const found = freezeOf(root, "prod", later(1_000_000));
    assert.ok(found);
    assert.equal(freezeWords(found), "frozen by Ann since 2026-11-30 12:00 UTC: the sale");
    assert.equal(freezeOf(root, "dev", noon), undefined);
    await end("prod");
    assert.equal(freezeOf(root, "prod", noon), undefined);
    assert.equal(await end("prod"), undefined);
    assert.deepEqual(
      freezeEntries(root).map(({ number, of, change }) => [number, of, change]),
      [
        [1, "prod", "freeze"],
        [2, "prod", "end"],
      ],
    );
    assert.deepEqual([releasedEnvironments(root), readReleases(root)], [[], []]);
  });

  it("ends by itself at its time, to the millisecond", async () => {
    await freeze("prod", later(2));
    const at = (moment: number) => freezeOf(root, "prod", new Date(moment));
    const until = later(2).getTime();
    assert.match(freezeWords(at(until - 1) ?? assert.fail()), /, until 2026-11-30 14:00 UTC: the sale$/);
    assert.equal(at(until), undefined);
    await freeze("prod", later(5), later(3));
    assert.ok(at(later(4).getTime()));
  });

  it("is not taken over by another, whose reason or end would hide the first", async () => {
    await freeze("prod", later(2));
    await assert.rejects(
      freeze("prod", later(1), later(1)),
      /^Error: prod: expected no freeze yet, got frozen by Ann since 2026-11-30 12:00 UTC, until 2026-11-30 14:00 UTC: the sale; end that first$/,
    );
    assert.equal(freezeEntries(root).length, 1);
  });

  it("stays where something went past it", async () => {
    await freeze("prod");
    await recordFreeze(root, { of: "prod", change: "override" }, { author: "Bob", reason: "fire" }, noon);
    assert.equal(freezeOf(root, "prod", noon)?.ledger.author, recorder.author);
  });

  it("is believed only as it was signed: whoever shortens it by hand lets nothing in", async () => {
    await freeze("prod", later(5));
    await end("dev");
    const file = path.join(root, "releases/freezes/1.json");
    const text = readFileSync(file, "utf8");
    writeFileSync(file, text.replace(later(5).toISOString(), later(-1).toISOString()));
    assert.throws(
      () => freezeOf(root, "prod", noon),
      /releases\/freezes\/1\.json: expected the content that/,
    );
  });
});
