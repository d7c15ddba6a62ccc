import assert from "node:assert/strict";
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { execa } from "execa";
import { releaseFile, releaseNumbers } from "../../../images/release/folder.ts";
import { recordRelease } from "../../../images/release/record.ts";
import { refuseUntrustedSigner } from "../../../images/release/signature.ts";
import { newestRelease, readEntry } from "../../../images/release/store.ts";
import { publishKey, trustedKeys } from "../../../images/signing/key.ts";
import { serveGit } from "../../commands/ci/gitServer.ts";
import { withProjects, type LedgerProject, newKey, outputOf } from "./project.ts";

const recordOne = path.join(import.meta.dirname, "recordOne.ts");

describe("the ledger in a branch", function () {
  this.timeout("2m");
  let project: LedgerProject;
  withProjects((each) => (project = each));

  const inOrigin = (...args: string[]) => project.git(project.bare, ...args);

  it("brings what one clone recorded to another, with who, when, from what and why", async () => {
    const first = await project.clone();
    const { isNew } = await recordRelease(first, outputOf("dev", 1, "a"));
    const again = await recordRelease(first, outputOf("dev", 1, "a"));
    assert.deepEqual([isNew, again.isNew], [true, false]);
    const second = await project.clone();
    const { release, ledger } = readEntry(second, releaseFile("dev", 1));
    assert.equal(release.images["base.web"]?.image, `sha256:${"a".padStart(64, "0")}`);
    assert.deepEqual(ledger, {
      author: "Ann <ann@example.com>",
      commit: await project.git(second, "rev-parse", "HEAD"),
      reason: "The shop",
    });
    assert.equal(await inOrigin("log", "--format=%s", "releases"), "dev/1: The shop");
    // The clone that recorded it has nothing checked out, staged or committed otherwise.
    assert.equal(await project.git(first, "status", "--porcelain"), "?? releases/dev/");
  });

  it("is fetched once for a command and all that it starts, and anew where something is recorded", async () => {
    const [root, other] = [await project.clone(), await project.clone()];
    await recordRelease(root, outputOf("dev", 1, "a"));
    await recordRelease(other, outputOf("dev", 1, "b"));
    process.env["FLEET_LEDGER_FETCHED"] = root;
    const trace = path.join(project.folder, "trace");
    const env = { GIT_TRACE: trace };
    const asked = () => readFileSync(trace, "utf8").match(/git ls-remote /g)?.length ?? 0;
    await execa("node", [recordOne, root, "dev", "a"], { env });
    assert.equal(asked(), 0);
    assert.equal((await execa("node", [recordOne, root, "dev", "c"], { env })).stdout, "dev/3");
    assert.ok(asked() > 0);
  });

  it("gives each of twenty recorders in twenty clones a number of its own, and loses none", async () => {
    const clones = await Promise.all(Array.from({ length: 20 }, () => project.clone("--depth=1")));
    const printed = await Promise.all(
      clones.map(async (root, index) => {
        const environment = index % 4 === 3 ? "staging" : "dev";
        const args = [recordOne, root, environment, (index + 1).toString(16)];
        return (await execa("node", args, { env: { XDG_CACHE_HOME: path.join(root, ".git/cache") } })).stdout;
      }),
    );
    const range = (name: string, count: number) =>
      Array.from({ length: count }, (_, at) => `${name}/${at + 1}`);
    assert.deepEqual(printed.toSorted(), [...range("dev", 15), ...range("staging", 5)].toSorted());
    const late = await project.clone();
    assert.equal(newestRelease(late, "dev")?.number, 15);
    assert.equal(newestRelease(late, "staging")?.number, 5);
    const from = ["dev", "staging"].flatMap((name) =>
      releaseNumbers(late, name).map(
        (number) => readEntry(late, releaseFile(name, number)).release.promotedFrom,
      ),
    );
    assert.equal(new Set(from).size, 20);
  });

  describe("whose recorder is killed", () => {
    // Before and after each change: of the clone's objects, of the branch, of the clone's copy of it.
    for (const moment of ["before", "after"])
      for (const command of ["commit-tree", "push", "update-ref"])
        it(`${moment} git ${command}: has its entry whole or not at all, and takes it when it is recorded again`, async () => {
          await recordRelease(await project.clone(), outputOf("dev", 1, "a"));
          const root = await project.clone();
          const programs = killingGit(project.folder, command, moment);
          const env = { PATH: `${programs}:${process.env["PATH"] ?? ""}` };
          const killed = await execa("node", [recordOne, root, "dev", "b"], { env, reject: false });
          assert.equal(killed.signal, "SIGKILL", killed.stderr);
          const other = await recordRelease(await project.clone(), outputOf("dev", 1, "c"));
          const again = await recordRelease(root, outputOf("dev", 2, "b"));
          const numbers = [other.release.number, again.release.number];
          // The clone's copy of the branch is brought up to date twice: before it is added to, and afterwards.
          const isPushed = command === "push" && moment === "after";
          assert.deepEqual(numbers, isPushed ? [3, 2] : [2, 3]);
          const late = await project.clone();
          assert.equal(newestRelease(late, "dev")?.number, 3);
          assert.deepEqual(releaseNumbers(late, "dev"), [1, 2, 3]);
        });

    it("while it writes into the folder: the next look puts that right", async () => {
      const root = await project.clone();
      await recordRelease(root, outputOf("dev", 1, "a"));
      writeFileSync(path.join(root, "releases/dev/1.json"), "{");
      // The next command, not one that this process starts.
      await execa("node", [recordOne, root, "dev", "b"], { env: { FLEET_LEDGER_FETCHED: "" } });
      assert.equal(newestRelease(root, "dev")?.number, 2);
    });
  });

  describe("that somebody tampers with", () => {
    /** Changes the branch as whoever may push can. */
    const tamper = async (change: (folder: string) => void, ...push: string[]) => {
      const folder = await project.clone("--branch=releases");
      change(folder);
      await project.git(folder, "add", "--all");
      await project.git(folder, "commit", "--quiet", "--message", "Tamper");
      await project.git(folder, "push", "--quiet", ...push, "origin", "HEAD:releases");
    };
    const refused = async (message: RegExp, root?: string) => {
      const clone = root ?? (await project.clone());
      assert.throws(() => newestRelease(clone, "dev"), message);
    };
    beforeEach(async () => {
      const root = await project.clone();
      for (const digit of ["a", "b", "c"]) await recordRelease(root, outputOf("dev", 1, digit));
      await recordRelease(root, outputOf("staging", 1, "d"));
    });

    it("refuses an entry in another's place", async () => {
      await tamper((folder) => {
        copyFileSync(path.join(folder, "dev/2.json"), path.join(folder, "dev/4.json"));
      });
      await refused(/dev\/4\.json: expected dev\/2 in releases\/dev\/2\.json, got it here/);
    });

    it("refuses one that was removed or changed, though what is left would hold", async () => {
      await tamper((folder) => {
        rmSync(path.join(folder, "dev/3.json"));
      });
      const message =
        /releases: expected the branch releases of origin to be as it was, with more added, got one in which dev\/3\.json was changed or removed; /;
      await refused(message);
      // Put back, it is still to be seen that it was away.
      await tamper((folder) => {
        copyFileSync(path.join(folder, "dev/2.json"), path.join(folder, "dev/3.json"));
      });
      await refused(message);
    });

    it("refuses a branch that was rewritten, or is gone, where it was seen before", async () => {
      const seen = await project.clone();
      await execa("node", [recordOne, seen, "dev", "e"]);
      const first = (await inOrigin("rev-list", "--max-parents=0", "releases")).trim();
      await inOrigin("update-ref", "refs/heads/releases", first);
      await refused(/got one without [0-9a-f]{40}, which it had before/, seen);
      await inOrigin("update-ref", "-d", "refs/heads/releases");
      await refused(/got none, where it was [0-9a-f]{40} before/, seen);
    });

    it("trusts no key that comes in it, or in a clone: only those of the protected branch", async () => {
      const stranger = newKey();
      const root = await project.clone();
      process.env["FLEET_RELEASE_KEY"] = stranger.pem;
      // Its public half is put into the clone's folder, and so goes along with everything.
      const id = publishKey(root, stranger.privateKey);
      await recordRelease(root, outputOf("dev", 1, "e"));
      await tamper((folder) => {
        mkdirSync(path.join(folder, "keys"));
        copyFileSync(path.join(root, `releases/keys/${id}.pem`), path.join(folder, `keys/${id}.pem`));
      });
      await refused(
        new RegExp(`dev/4\\.json: expected a key of releases/keys in the branch main of origin, got ${id}`),
      );
      const late = await project.clone("--depth=1");
      assert.throws(() => newestRelease(late, "dev"), /expected a key/);
      assert.equal(existsSync(path.join(late, `releases/keys/${id}.pem`)), false);
      copyFileSync(path.join(root, `releases/keys/${id}.pem`), path.join(late, `releases/keys/${id}.pem`));
      assert.equal(trustedKeys(late).size, 1);
      await assert.rejects(
        refuseUntrustedSigner(late),
        new RegExp(
          `releases/keys/${id}\\.pem: expected the key that signs releases here in releases/keys in the branch main`,
        ),
      );
      await project.merge((folder) => publishKey(folder, stranger.privateKey));
      const merged = await project.clone();
      await refuseUntrustedSigner(merged);
      assert.equal(newestRelease(merged, "dev")?.number, 4);
      // A clone of before has what is checked out; trusted is what is there now.
      await execa("node", [recordOne, late, "dev", "f"]);
    });

    it("refuses releases of the clone's own beside it", async () => {
      const root = await project.clone();
      mkdirSync(path.join(root, "releases/dev"), { recursive: true });
      copyFileSync(path.join(root, "Pulumi.yaml"), path.join(root, "releases/dev/9.json"));
      await refused(
        /releases\/dev\/9\.json: expected only what the branch releases of origin has, got a file that it lacks; remove it/,
        root,
      );
    });
  });

  it("is reached by a token of its own, whatever the runner has put into the URL, which nobody is shown", async () => {
    const server = await serveGit(project.folder, "x-access-token:t0ken");
    try {
      const root = await project.clone();
      const url = server.url.replace("//", "//gitlab-ci-token:j0b@");
      await project.git(root, "remote", "set-url", "origin", `${url}/origin.git`);
      const record = (token: string) =>
        execa("node", [recordOne, root, "dev", "a"], { env: { FLEET_RELEASES_TOKEN: token }, reject: false });
      const refused = await record("");
      assert.match(
        refused.stderr,
        /got fatal: Authentication failed for 'http:\/\/127\.0\.0\.1:\d+\/origin\.git/,
      );
      const { stdout, stderr } = await record("t0ken");
      assert.equal(stdout, "dev/1", stderr);
      assert.doesNotMatch(`${refused.stderr}${stderr}`, /j0b|t0ken/);
    } finally {
      server.stop();
    }
  });

  it("says why the host takes no entry, and shows none then", async () => {
    const hook = "#!/bin/sh\necho 'releases is protected' >&2\nexit 1\n";
    writeFileSync(path.join(project.bare, "hooks/pre-receive"), hook, { mode: 0o755 });
    const root = await project.clone();
    await assert.rejects(
      recordRelease(root, outputOf("dev", 1, "a")),
      /^Error: releases: expected the branch releases of origin to take another entry, got: remote: releases is protected.*; see who may push there/,
    );
    assert.deepEqual(releaseNumbers(root, "dev"), []);
  });

  it("takes over what the folder had before there was one", async () => {
    const root = await project.clone();
    const configured = readFileSync(path.join(root, "Pulumi.yaml"), "utf8");
    writeFileSync(path.join(root, "Pulumi.yaml"), "name: shop\n");
    for (const [index, digit] of ["a", "b"].entries())
      await execa("node", [recordOne, root, "dev", digit, String(index + 1)]);
    writeFileSync(path.join(root, "Pulumi.yaml"), configured);
    await execa("node", [recordOne, root, "dev", "c"]);
    const late = await project.clone();
    assert.equal(newestRelease(late, "dev")?.number, 3);
    assert.deepEqual(releaseNumbers(late, "dev"), [1, 2, 3]);
  });

  it("says what is wrong where it cannot be reached, or the remote is none", async () => {
    const root = await project.clone();
    const seen = await project.clone();
    await execa("node", [recordOne, seen, "dev", "a"]);
    rmSync(project.bare, { recursive: true });
    assert.throws(
      () => newestRelease(root, "dev"),
      /releases\.remote: expected the ledger of releases, branch releases of origin, got fatal: .*; see that it can be reached, and/,
    );
    // A clone that saw it goes on with that, and records nothing.
    const known = await execa("node", [recordOne, seen, "dev", "a"]);
    assert.equal(known.stdout, "dev/1");
    assert.match(
      known.stderr,
      /^releases\.remote: expected the ledger .*; it goes on with what it saw last$/m,
    );
    const unknown = await execa("node", [recordOne, seen, "dev", "b", "2"], { reject: false });
    assert.match(unknown.stderr, /releases\.remote: expected the ledger of releases/);
    assert.deepEqual(releaseNumbers(seen, "dev"), [1]);
    const none = path.join(project.folder, "none");
    mkdirSync(none);
    writeFileSync(path.join(none, "Pulumi.yaml"), "config: { releases: { value: { remote: origin } } }");
    assert.throws(
      () => newestRelease(none, "dev"),
      /releases\.remote: expected a clone with this remote, got origin: fatal: not a git repository.*; git remote add origin URL, or take releases out/,
    );
  });
});

/** A folder with a `git` that kills whoever calls it, before or after one of its commands. */
function killingGit(folder: string, command: string, moment: string): string {
  const programs = path.join(folder, "programs");
  mkdirSync(programs);
  const kill = (when: string) => (moment === when ? `[ -n "$found" ] && kill -9 "$PPID" && exit 1\n` : "");
  const find = `for each; do [ "$each" = ${command} ] && found=1; done\n`;
  const real = process.env["PATH"]?.split(":").find((place) => existsSync(path.join(place, "git"))) ?? "";
  const run = `"${real}/git" "$@"\ncode=$?\n`;
  const program = `#!/bin/sh\n${find}${kill("before")}${run}${kill("after")}exit "$code"\n`;
  writeFileSync(path.join(programs, "git"), program, { mode: 0o755 });
  return programs;
}
