import { deepEqual, equal, match, rejects } from "node:assert/strict";
import * as path from "node:path";
import { standingOf, standingText, recordFile } from "../../../operations/standing/standing.ts";
import type { UpgradeRequest, UpgradeResult } from "../../../operations/upgrade/upgrade.ts";
import { releasedBy, takenTo } from "./upgrading.ts";
import { firstVersion, json, lines, Repository } from "./repository.ts";

describe("an upgrade", function () {
  this.timeout(30_000);
  let engine: Repository;
  let clone: Repository;
  const made: Repository[] = [];
  const kept = (repository: Repository) => {
    made.push(repository);
    return repository;
  };

  beforeEach(() => {
    engine = kept(Repository.of(firstVersion));
    engine.git("tag", "v1.0.0");
    clone = kept(engine.clone());
  });
  afterEach(() => {
    for (const each of made.splice(0)) each.remove();
  });

  const taken = (request: Partial<UpgradeRequest> = {}) => takenTo(clone, request);
  const releasedAs = (version: string, files: Record<string, string | undefined>) =>
    releasedBy(engine, version, files);

  it("brings what is new, keeps what is theirs, and says where the project stands", async () => {
    clone.commit({
      "Pulumi.yaml": "name: shop\n",
      "package.json": (firstVersion["package.json"] ?? "").replace("immutable-fleets", "shop"),
      "package-lock.json": (firstVersion["package-lock.json"] ?? "").replaceAll("immutable-fleets", "shop"),
      "CHANGELOG.md": "# Ours\n",
      "apps/shop/main.py": lines("shop"),
      "playbooks/roles/shop/tasks/main.yml": lines("role"),
      "engine/images.ts": lines("images", { 1: "ours" }),
      "releases/dev/1.json": "{}\n",
    });
    const commit = releasedAs("1.1.0", {
      "Pulumi.yaml": "name: immutable-fleets\ndescription: more\n",
      "CHANGELOG.md": "# Changelog\n\n1.1.0\n",
      "README.md": "# Immutable Fleets\n\nMore.\n",
      "engine/client.ts": undefined,
      "engine/images.ts": lines("images", { 10: "theirs" }),
      "engine/more.ts": lines("more"),
      "apps/site/index.html": lines("page", { 0: "theirs" }),
    });
    const { end, held, base } = await taken();
    equal(end, "taken");
    equal(base.commit, engine.git("rev-parse", "v1.0.0"));
    const expected = {
      ...firstVersion,
      ...{
        "Pulumi.yaml": "name: shop\n",
        "CHANGELOG.md": "# Ours\n",
        "README.md": "# Immutable Fleets\n\nMore.\n",
      },
      "apps/shop/main.py": lines("shop"),
      "playbooks/roles/shop/tasks/main.yml": lines("role"),
      "releases/dev/1.json": "{}\n",
      "engine/images.ts": lines("images", { 1: "ours", 10: "theirs" }),
      "engine/more.ts": lines("more"),
      "package.json": json({
        name: "shop",
        version: "1.1.0",
        scripts: { up: "up" },
        dependencies: { zod: "4.0.0" },
      }),
      "package-lock.json": json({
        name: "shop",
        version: "1.1.0",
        packages: { "": { name: "shop", version: "1.1.0" }, "node_modules/zod": { version: "4.0.0" } },
      }),
      [recordFile]: standingText({ version: "1.1.0", commit, from: engine.folder }),
    } as Record<string, string>;
    delete expected["engine/client.ts"];
    deepEqual(clone.files(), expected);
    deepEqual(held.map(({ unit, why }) => `${unit}: ${why}`).sort(), [
      "CHANGELOG.md: written anew",
      "Pulumi.yaml: own",
      "apps/site: sample",
    ]);
    equal(
      clone.git("log", "--format=%s", "-1"),
      "Immutable Fleets v1.1.0 in the place of 1.0.0".replace("1.0.0", base.name),
    );
    equal(clone.git("status", "--porcelain"), "");
    equal(clone.git("worktree", "list").split("\n").length, 1);
  });

  it("goes on from what was recorded, with a history of its own too", async () => {
    const copy = kept(Repository.of({ ...firstVersion, "engine/images.ts": lines("images", { 1: "ours" }) }));
    clone = copy;
    await rejects(
      taken({ from: engine.folder, version: "v1.0.0" }),
      /^Error: --base: expected the version that the project stands on, /,
    );
    releasedAs("1.1.0", { "engine/images.ts": lines("images", { 10: "first" }) });
    equal((await taken({ from: engine.folder, base: "1.0.0" })).end, "taken");
    // As a merge that squashes leaves it: without the upgrade's own commit.
    copy.git("reset", "--quiet", "--soft", "HEAD~1");
    copy.commit({});
    releasedAs("1.2.0", { "engine/images.ts": lines("images", { 10: "second" }), "engine/more.ts": "2\n" });
    equal((await taken()).end, "taken");
    equal(copy.read("engine/images.ts"), lines("images", { 1: "ours", 10: "second" }));
    equal(standingOf(copy.folder)?.version, "1.2.0");
    deepEqual(copy.git("log", "--merges", "--format=%h"), "");
    equal((await taken()).end, "same");
    await rejects(
      taken({ version: "1.1.0" }),
      /VERSION: expected a newer version than 1\.2\.0, got v1\.1\.0, which is older; /,
    );
  });

  it("takes no commit of the project for a version's, though it was written down", async () => {
    const own = clone.commit({
      "engine/images.ts": lines("images", { 1: "ours" }),
      "engine/client.ts": "ours\n",
    });
    clone.commit({ [recordFile]: standingText({ version: "1.0.0", commit: own }) });
    releasedAs("1.1.0", { "engine/images.ts": lines("images", { 10: "theirs" }) });
    equal((await taken()).end, "taken");
    equal(clone.read("engine/images.ts"), lines("images", { 1: "ours", 10: "theirs" }));
    equal(clone.read("engine/client.ts"), "ours\n");
  });

  it("tells of each file that both changed, changes nothing, and takes what is chosen", async () => {
    clone.commit({
      "engine/client.ts": lines("client", { 5: "ours" }),
      "engine/images.ts": lines("images", { 5: "ours" }),
      "images/layer.ts": lines("layer", { 5: "ours" }),
      "engine/new.ts": "ours\n",
      "package.json": (firstVersion["package.json"] ?? "").replace("4.0.0", "4.0.1"),
    });
    releasedAs("1.1.0", {
      "engine/client.ts": lines("client", { 5: "theirs" }),
      "engine/images.ts": undefined,
      "images/layer.ts": lines("layer", { 11: "theirs" }),
      "engine/new.ts": "theirs\n",
      "package.json": (firstVersion["package.json"] ?? "").replace("4.0.0", "4.0.2"),
    });
    const before = clone.look();
    const { end, conflicts } = await taken();
    deepEqual(
      [end, conflicts.map(({ file, why }) => `${file}: ${why}`)],
      [
        "conflicts",
        [
          "package.json: dependencies.zod: both changed it",
          "engine/client.ts: both changed it",
          "engine/images.ts: you changed it, and the new version has removed it",
          "engine/new.ts: both added it",
        ],
      ],
    );
    deepEqual(clone.look(), before);
    const choices = {
      keep: ["engine/client.ts", "package.json"],
      take: ["engine/images.ts", "engine/new.ts"],
    };
    equal((await taken({ choices })).end, "taken");
    equal(clone.read("engine/client.ts"), lines("client", { 5: "ours" }));
    match(clone.read("package.json") ?? "", /4\.0\.1/);
    equal(clone.read("engine/images.ts"), undefined);
    equal(clone.read("engine/new.ts"), "theirs\n");
    equal(clone.read("images/layer.ts"), lines("layer", { 5: "ours", 11: "theirs" }));
  });

  it("leaves out what was removed, and whatever comes there, and mixes nobody's role with one of its name", async () => {
    clone.commit({
      "apps/site/index.html": undefined,
      "playbooks/roles/site/tasks/main.yml": undefined,
      "engine/client.ts": undefined,
      "playbooks/roles/redis/tasks/main.yml": "ours\n",
    });
    releasedAs("1.1.0", {
      "apps/site/more.html": "more\n",
      "engine/client.ts": lines("client", { 3: "theirs" }),
      "playbooks/roles/redis/handlers/main.yml": "theirs\n",
    });
    const { end, held, removed } = await taken();
    equal(end, "taken");
    deepEqual(held, [
      { unit: "apps/site", why: "removed" },
      { unit: "playbooks/roles/redis", why: "own" },
    ]);
    deepEqual(removed, ["engine/client.ts"]);
    const { files } = clone.look() as { files: Record<string, string> };
    deepEqual(
      Object.keys(files).filter((name) => /site|redis|client/.test(name)),
      ["playbooks/roles/redis/tasks/main.yml"],
    );
  });

  it("carries a change over to a file that was renamed, and follows no folder with what is somebody's own", async () => {
    clone.commit({ "engine/images.ts": lines("images", { 1: "ours" }), "engine/own.ts": "own\n" });
    releasedAs("1.1.0", {
      ...{ "engine/images.ts": undefined, "engine/client.ts": undefined },
      ...{ "docker/images.ts": lines("images", { 10: "theirs" }), "docker/client.ts": lines("client") },
    });
    equal((await taken()).end, "taken");
    equal(clone.read("docker/images.ts"), lines("images", { 1: "ours", 10: "theirs" }));
    equal(clone.read("engine/own.ts"), "own\n");
  });

  it("goes to a branch or a commit that is named, and says what there is where it is neither", async () => {
    const branch = engine.commit({ "engine/more.ts": "1\n" });
    const named: UpgradeResult = await taken({ version: branch });
    equal(named.theirs.commit, branch);
    engine.commit({ "engine/more.ts": "2\n" });
    equal((await taken({ version: "main" })).theirs.commit, engine.head);
    await rejects(
      taken({ version: "9.9.9" }),
      /VERSION: expected a version, a branch or a whole commit of .*, got 9\.9\.9; it has v1\.0\.0/,
    );
    await rejects(
      taken({ from: path.join(engine.folder, "nowhere") }),
      /nowhere: expected a repository that can be read, got fatal: /,
    );
  });
});
