import * as assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { execa } from "execa";
import { isChanged, pushUpdate } from "../../../commands/ci/updateBranch.ts";
import { serveGit } from "./gitServer.ts";

describe("the branch that proposes a changed lock file", function () {
  this.timeout("1m");
  let place: string;
  let clone: string;
  let served: Awaited<ReturnType<typeof serveGit>>;
  const file = "images.lock.yaml";
  const git = async (cwd: string, ...args: string[]) => {
    const own = ["-c", "user.name=ann", "-c", "user.email=ann@example.org"];
    return (await execa("git", [...own, ...args], { cwd })).stdout;
  };
  const origin = (...args: string[]) => git(path.join(place, "o/r.git"), ...args);
  const write = (name: string, text: string) => {
    writeFileSync(path.join(clone, name), text);
  };
  const push = (own: { message?: string; token?: string } = {}) =>
    pushUpdate({
      ...{
        folder: clone,
        file,
        branch: "freshen-all",
        message: "Newer packages: openssl",
        user: "x-access-token",
      },
      ...{ url: `${served.url}/o/r.git`, token: "t0ken", ...own },
    });

  beforeEach(async () => {
    place = mkdtempSync(path.join(tmpdir(), "fleet-propose-"));
    const bare = path.join(place, "o/r.git");
    mkdirSync(bare, { recursive: true });
    await git(bare, "init", "--quiet", "--bare", "--initial-branch=main");
    clone = path.join(place, "clone");
    await git(place, "clone", "--quiet", bare, clone);
    await git(clone, "checkout", "--quiet", "-b", "main");
    write("README.md", "as it was\n");
    await git(clone, "add", "README.md");
    await git(clone, "commit", "--quiet", "--message", "first");
    await git(clone, "push", "--quiet", "origin", "main");
    served = await serveGit(place, "x-access-token:t0ken");
  });

  afterEach(() => {
    served.stop();
    rmSync(place, { recursive: true, force: true });
  });

  it("has that file alone on top of what is checked out, whatever else a job has left", async () => {
    assert.equal(await isChanged(clone, file), false);
    write(file, "layers: {}\n");
    write("README.md", "changed by the job\n");
    await git(clone, "add", "README.md");
    assert.equal(await isChanged(clone, file), true);
    assert.equal(await push(), true);
    assert.equal(await origin("diff", "--name-only", "main", "freshen-all"), file);
    assert.equal(
      await origin("log", "--format=%an: %s", "-1", "freshen-all"),
      "freshen: Newer packages: openssl",
    );
    assert.equal(await git(clone, "status", "--porcelain"), `M  README.md\n?? ${file}`);
    assert.equal(await git(clone, "branch", "--show-current"), "main");
  });

  it("is left alone while it says the same, and goes on from a newer main", async () => {
    write(file, "layers: {}\n");
    assert.equal(await push(), true);
    const before = await origin("rev-parse", "freshen-all");
    assert.equal(await push({ message: "Other words" }), false);
    assert.equal(await origin("rev-parse", "freshen-all"), before);
    write("README.md", "somebody merged\n");
    await git(clone, "commit", "--quiet", "--all", "--message", "second");
    await git(clone, "push", "--quiet", "origin", "main");
    assert.equal(await push(), true);
    assert.equal(await origin("rev-parse", "freshen-all^"), await origin("rev-parse", "main"));
    write(file, "layers: { base: {} }\n");
    assert.equal(await push(), true);
    assert.equal(await origin("show", `freshen-all:${file}`), "layers: { base: {} }");
  });

  it("goes from a clone of one commit, as jobs have it", async () => {
    const shallow = path.join(place, "shallow");
    await git(place, "clone", "--quiet", "--depth=1", `file://${place}/o/r.git`, shallow);
    clone = shallow;
    write(file, "layers: {}\n");
    assert.equal(await push(), true);
    assert.equal(await push(), false);
    assert.equal(await origin("diff", "--name-only", "main", "freshen-all"), file);
  });

  it("needs the token, which is kept nowhere", async () => {
    write(file, "layers: {}\n");
    await assert.rejects(push({ token: "wrong" }), /Authentication failed|401/);
    await push();
    assert.doesNotMatch(readFileSync(path.join(clone, ".git/config"), "utf8"), /t0ken/);
  });
});
