import assert from "node:assert/strict";
import { rmSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { execa } from "execa";
import { freezeEntries } from "../../../images/release/freeze.ts";
import { beginFreeze, endFreeze } from "../../../operations/freeze/change.ts";
import { frozenBySomebody, refuseFrozen } from "../../../operations/freeze/frozen.ts";
import { parseTime } from "../../../operations/text/time.ts";
import { withProjects, type LedgerProject } from "../../images/ledger/project.ts";
import { temporaryRoot } from "../../images/release/fixture.ts";

const freezeOne = path.join(import.meta.dirname, "freezeOne.ts");
const hour = 3_600_000;

describe("an environment that somebody has frozen", function () {
  this.timeout("2m");
  let project: LedgerProject;
  withProjects((each) => (project = each));

  it("is so on every machine, and says by whom, until when, why, and the ways out", async () => {
    const [ann, bob] = [await project.clone(), await project.clone()];
    const now = new Date("2026-11-30T12:00:00Z");
    const told = await beginFreeze("prod", "the sale", new Date(now.getTime() + hour), ann, now);
    const words = "frozen by Ann since 2026-11-30 12:00 UTC, until 2026-11-30 13:00 UTC: the sale";
    assert.equal(told, `prod is ${words}\nWhat has begun there goes on to its end.\n`);
    await assert.rejects(refuseFrozen("prod", {}, bob, now), {
      message: `prod: expected an environment that takes changes, got one that is ${words}; nothing was changed; npm run freeze -- --stack prod --end ends it, and --despite-freeze REASON goes past it, which is recorded`,
    });
    await refuseFrozen("dev", {}, bob, now);
    await refuseFrozen("prod", {}, bob, new Date(now.getTime() + hour));
    // From a third clone, whose files nobody has ever seen.
    const carl = await project.clone();
    assert.equal(await endFreeze("prod", undefined, carl, now), "prod takes changes again.\n");
    assert.equal(frozenBySomebody("prod", carl, now), undefined);
    assert.deepEqual(
      freezeEntries(carl).map(({ ledger }) => ledger.reason),
      ["the sale", undefined],
    );
  });

  it("is changed all the same where somebody says why, which is recorded before, and stays frozen", async () => {
    const root = await project.clone();
    await beginFreeze("prod", "the sale", undefined, root);
    await refuseFrozen("prod", { despite: "the till is down" }, root);
    const other = await project.clone();
    const [, passed] = freezeEntries(other);
    assert.deepEqual(
      [passed?.of, passed?.change, passed?.ledger.author, passed?.ledger.reason],
      ["prod", "override", "Ann <ann@example.com>", "the till is down"],
    );
    await assert.rejects(refuseFrozen("prod", {}, other), /frozen by Ann/);
    // What is not frozen has nothing to go past.
    await refuseFrozen("dev", { despite: "no reason" }, other);
    assert.equal(freezeEntries(other).length, 2);
  });

  it("is frozen by one of those who do so at the same time, and no other", async () => {
    const clones = await Promise.all(Array.from({ length: 4 }, () => project.clone()));
    const ended = await Promise.all(
      clones.map((root, index) =>
        execa("node", [freezeOne, root, "prod", `reason ${index}`], { reject: false, all: true }),
      ),
    );
    const [first, ...more] = ended.filter(({ exitCode }) => exitCode === 0);
    assert.ok(first && more.length === 0, ended.map(({ all }) => all).join("\n"));
    const reason = /: (reason \d)\n/.exec(first.stdout)?.[1];
    for (const { stderr, exitCode } of ended)
      if (exitCode !== 0)
        assert.match(stderr, new RegExp(`expected no freeze yet, got .*: ${String(reason)};`));
    assert.equal(freezeEntries(await project.clone()).length, 1);
  });

  it("is not frozen by a key that the protected branch does not trust, nor let go by taking files away", async () => {
    const root = await project.clone();
    await beginFreeze("prod", "the sale", undefined, root);
    const other = await project.clone();
    frozenBySomebody("prod", other);
    rmSync(path.join(other, "releases/freezes"), { recursive: true });
    const asked = await execa("node", [freezeOne, other, "prod", "again"], { reject: false });
    assert.match(asked.stderr, /expected no freeze yet, got frozen by Ann/);
    process.env["FLEET_RELEASE_KEY"] = "";
    await assert.rejects(endFreeze("prod", "mine now", other), /expected the key that signs releases here/);
    assert.equal(freezeEntries(await project.clone()).length, 1);
  });

  it("ends at a time as people write it", () => {
    const read = (text: string) => parseTime(text)?.toISOString();
    assert.equal(read("2026-12-01T08:00+01:00"), "2026-12-01T07:00:00.000Z");
    assert.equal(read("2026-12-01 08:00"), "2026-12-01T08:00:00.000Z");
    assert.equal(read("2026-12-01T08:00:30Z"), "2026-12-01T08:00:30.000Z");
    assert.equal(read("2026-12-01"), "2026-12-01T00:00:00.000Z");
    for (const none of ["2026-02-30", "2026-13-01", "2026-12-01T25:00", "tomorrow", "08:00", ""])
      assert.equal(read(none), undefined, none);
  });

  it("does not end before it begins", async () => {
    const root = await project.clone();
    const now = new Date("2026-11-30T12:00:00Z");
    await assert.rejects(
      beginFreeze("prod", "late", now, root, now),
      /^Error: --until: expected a time to come, got 2026-11-30T12:00:00\.000Z; it is 2026-11-30T12:00:00\.000Z now$/,
    );
  });
});

describe("an environment outside of its deploy window", () => {
  let root = "";
  let remove: () => void;
  beforeEach(() => {
    ({ root, remove } = temporaryRoot());
    writeFileSync(path.join(root, "Pulumi.yaml"), "name: shop\n");
    writeFileSync(
      path.join(root, "Pulumi.prod.yaml"),
      "config:\n  shop:environment:\n    window: [mon-fri 08:00-16:00 Europe/Berlin]\n",
    );
  });
  afterEach(() => {
    remove();
  });
  // A Monday; Berlin is an hour ahead.
  const inside = new Date("2026-11-30T07:00:00Z");
  const outside = new Date("2026-11-30T15:00:00Z");
  const asked = (answer: boolean) => {
    const calls = { count: 0 };
    const brings = () => {
      calls.count += 1;
      return Promise.resolve(answer);
    };
    return { calls, brings };
  };

  it("is given nothing new, and says when that goes again", async () => {
    await assert.rejects(refuseFrozen("prod", { brings: asked(true).brings }, root, outside), {
      message:
        "prod: expected an environment that takes changes, got one that is outside of its deploy window (mon-fri 08:00-16:00 Europe/Berlin); the next opens at 2026-12-01 07:00 UTC; nothing was changed; wait until then, and --despite-freeze REASON goes past it, which is recorded",
    });
  });

  it("goes on where nothing new comes, goes back, and is not even asked in it", async () => {
    await refuseFrozen("prod", { brings: asked(false).brings }, root, outside);
    await refuseFrozen("prod", {}, root, outside);
    const { calls, brings } = asked(true);
    await refuseFrozen("prod", { brings }, root, inside);
    assert.equal(calls.count, 0);
    // Another environment has none.
    await refuseFrozen("dev", { brings: asked(true).brings }, root, outside);
  });

  it("takes it where somebody says why, which is recorded", async () => {
    const { calls, brings } = asked(true);
    await refuseFrozen("prod", { brings, despite: "the till is down" }, root, outside);
    const [entry] = freezeEntries(root);
    assert.deepEqual([calls.count, entry?.change, entry?.ledger.reason], [0, "override", "the till is down"]);
    await assert.rejects(refuseFrozen("prod", { brings }, root, outside), /outside of its deploy window/);
  });

  it("says first that somebody froze it, going back included", async () => {
    await beginFreeze("prod", "the sale", undefined, root, outside);
    for (const brings of [asked(true).brings, undefined])
      await assert.rejects(
        refuseFrozen("prod", brings ? { brings } : {}, root, outside),
        /frozen by .*: the sale/,
      );
  });
});
