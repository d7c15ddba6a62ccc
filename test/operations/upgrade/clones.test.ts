import { deepEqual, equal, ok, rejects } from "node:assert/strict";
import { existsSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { freshStanding, recordFile, standingText } from "../../../operations/standing/standing.ts";
import { shareIgnored, sharePackages } from "../../../operations/upgrade/trial.ts";
import { withVariables } from "../../support/variables.ts";
import { firstVersion, json, lines, Repository } from "./repository.ts";
import { releasedBy, takenTo } from "./upgrading.ts";

describe("a clone that is to be upgraded", function () {
  this.timeout(30_000);
  let engine: Repository;
  let clone: Repository;
  const taken = () => takenTo(clone);
  const releasedAs = (version: string, files: Record<string, string | undefined>) =>
    releasedBy(engine, version, files);

  beforeEach(() => {
    engine = Repository.of(firstVersion);
    clone = engine.clone();
  });
  afterEach(() => {
    engine.remove();
    clone.remove();
  });

  it("is refused where the clone is none to go back to, all reasons at once", async () => {
    releasedAs("1.1.0", {});
    clone.write({ "engine/client.ts": "begun\n", "notes.txt": "new\n" });
    clone.git("config", "user.useConfigOnly", "true");
    clone.git("config", "--unset", "user.email");
    writeFileSync(path.join(clone.folder, ".git/MERGE_HEAD"), `${clone.head}\n`);
    const before = clone.look();
    await withVariables({ GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_SYSTEM: "/dev/null" }, () =>
      rejects(taken(), {
        message: [
          "engine/client.ts, notes.txt: expected nothing that no commit has, got changes; commit them (or git stash --include-untracked), and run it again",
          ".git/MERGE_HEAD: expected nothing under way, got a merge or the like; end it first",
          "user.name, user.email: expected who commits, got nobody; git config user.name …, git config user.email …",
        ].join("\n"),
      }),
    );
    deepEqual(clone.look(), before);
  });

  it("is left where somebody commits, or begins to change a file of it, while it is tried", async () => {
    releasedAs("1.1.0", { "engine/client.ts": lines("client", { 3: "theirs" }) });
    await rejects(
      takenTo(clone, {}, () => clone.commit({ "notes.txt": "meanwhile\n" })),
      /expected it as it was when this began, got /,
    );
    equal(clone.read("engine/client.ts"), lines("client"));
    await rejects(
      takenTo(clone, {}, () => {
        clone.write({ "engine/client.ts": "begun\n" });
      }),
      /expected it as it was when this began, got /,
    );
    equal(clone.read("engine/client.ts"), "begun\n");
    equal(clone.git("status", "--porcelain"), "M engine/client.ts".padStart(19));
  });

  it("runs none of the clone's hooks for what nobody has taken yet, and follows no setting that would have Git merge otherwise", async () => {
    clone.git("config", "core.hooksPath", "hooks");
    clone.git("config", "merge.renames", "false");
    clone.git("config", "merge.ff", "only");
    clone.git("config", "commit.gpgSign", "false");
    clone.commit({
      "hooks/post-checkout": "#!/bin/sh\ntouch hooked\n",
      "engine/images.ts": lines("images", { 1: "ours" }),
    });
    clone.git("update-index", "--chmod=+x", "hooks/post-checkout");
    clone.commit({});
    clone.git("checkout", "--quiet", "--", "hooks");
    releasedAs("1.1.0", { "engine/images.ts": undefined, "docker/images.ts": lines("images") });
    let tried = "";
    equal(
      (
        await takenTo(clone, {}, (_plan, folder) => {
          ok(!existsSync(path.join(folder, "hooked")));
          tried = folder;
        })
      ).end,
      "taken",
    );
    ok(tried.startsWith(path.join(clone.folder, ".git")) && !existsSync(tried));
    equal(clone.read("docker/images.ts"), lines("images", { 1: "ours" }));
  });

  it("may have taken an upgrade back, and makes it again", async () => {
    const standing = standingText(freshStanding(clone.folder));
    clone.commit({ "engine/images.ts": lines("images", { 1: "ours" }), [recordFile]: standing });
    releasedAs("1.1.0", { "engine/images.ts": lines("images", { 10: "theirs" }) });
    equal((await taken()).end, "taken");
    clone.git("revert", "--no-edit", "--mainline", "1", "HEAD");
    equal(clone.read("engine/images.ts"), lines("images", { 1: "ours" }));
    equal((await taken()).end, "taken");
    equal(clone.read("engine/images.ts"), lines("images", { 1: "ours", 10: "theirs" }));
  });

  it("may know no more than its last commit", async () => {
    engine.commit({ "engine/more.ts": "1\n" });
    clone.remove();
    clone = engine.clone("--depth=1", `file://${engine.folder}`);
    clone.commit({ "engine/images.ts": lines("images", { 1: "ours" }) });
    releasedAs("1.1.0", { "engine/images.ts": lines("images", { 10: "theirs" }), "engine/more.ts": "2\n" });
    equal((await taken()).end, "taken");
    equal(clone.read("engine/images.ts"), lines("images", { 1: "ours", 10: "theirs" }));
    equal(clone.read("engine/more.ts"), "2\n");
  });

  it("lends its packages to a trial where both versions want the same, and what git ignores but a preview may read", () => {
    clone.write({
      ".gitignore": "node_modules\n*.pem\n/keys\n.cache/\n",
      "keys/site.key": "key\n",
      "site.pem": "pem\n",
    });
    clone.write({ ".cache/big": "big\n", "node_modules/.bin/node": "", "keys/large": "x".repeat(2 << 20) });
    clone.commit({});
    const trial = engine.clone();
    try {
      trial.write({ "package.json": json({ name: "engine", version: "2.0.0" }) });
      sharePackages(clone.folder, trial.folder);
      shareIgnored(clone.folder, trial.folder);
      const has = (name: string) => existsSync(path.join(trial.folder, name));
      deepEqual(
        ["node_modules/.bin/node", "keys/site.key", "site.pem", ".cache/big", "keys/large"].map(has),
        [true, true, true, false, false],
      );
      const other = engine.clone();
      try {
        other.write({
          "package-lock.json": json({ packages: { "node_modules/zod": { version: "5.0.0" } } }),
        });
        sharePackages(clone.folder, other.folder);
        ok(!existsSync(path.join(other.folder, "node_modules")));
      } finally {
        other.remove();
      }
    } finally {
      trial.remove();
    }
  });
});
