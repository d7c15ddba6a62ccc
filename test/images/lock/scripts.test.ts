import { deepEqual, equal, match } from "node:assert/strict";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { execa } from "execa";
import { projectRoot } from "../../../config/root.ts";
import { digestLines } from "../../../images/lock/stage.ts";
import { toldByBuild } from "../../../images/lock/told.ts";
import { isGone, refusedByLock } from "../../../images/lock/refused.ts";
import { sha256 } from "../../../plan/digest.ts";
import { AptRepository } from "../../registry/aptRepository.ts";

const scripts = path.join(projectRoot, "images/packer/locked/box");

describe("the scripts that hold apt to the lock", function () {
  this.timeout("20s");
  const folder = mkdtempSync(path.join(tmpdir(), "fleet-lock-"));
  const write = (name: string, text: string) => {
    writeFileSync(path.join(folder, name), text);
  };
  const files: Record<string, string> = {};
  const env = { LOCK: folder, APT_CONFIG: path.join(folder, "apt.conf") };
  let repository: AptRepository | undefined;

  before(async function () {
    for (const program of ["dpkg-deb", "apt-ftparchive", "apt-get"]) {
      if (!(await execa(program, ["--version"], { reject: false })).failed) continue;
      console.log(`      skipped: ${program}: expected on PATH, got none; install Debian's apt-utils`);
      this.skip();
    }
    for (const [name, version] of [
      ["ledger", "1:1.0-1"],
      ["other", "2"],
      ["catalog", "1+abc"],
    ] as const) {
      const tree = path.join(folder, `tree-${name}`);
      mkdirSync(path.join(tree, "DEBIAN"), { recursive: true });
      const control = `Package: ${name}\nVersion: ${version}\nArchitecture: all\nMaintainer: T <t@example.org>\nDescription: x\n`;
      writeFileSync(path.join(tree, "DEBIAN/control"), control);
      files[name] = path.join(folder, `${name}.deb`);
      await execa("dpkg-deb", ["--root-owner-group", "--build", tree, files[name]]);
    }
    write("place", "base.python\n");
    write("keep", `${path.join(folder, "kept")}\n`);
    write("stored", "");
    write("made", "catalog\n");
    write("since", "2026-11-20T08:00:00Z");
    repository = await AptRepository.start();
    await repository.publish({ other: ["2", "1.5"] });
    for (const part of ["lists/partial", "cache/archives/partial"])
      mkdirSync(path.join(folder, part), { recursive: true });
    write("sources", `${repository.source.replace(/\/\/[^:]+:/, "//127.0.0.1:")}\n`);
    write("status", "");
    write("apt.conf", aptSettings(folder));
    await execa("apt-get", ["update"], { env });
  });

  after(() => {
    repository?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const digest = (name: string) => sha256(readFileSync(files[name] ?? ""));
  const check = (digests: Parameters<typeof digestLines>[0], { mode = "open", there = "" } = {}) => {
    write("digests", digestLines(digests));
    write("there", there);
    write("mode", mode);
    write("installed", "");
    const input = `${Object.values(files).join("\n")}\n/nowhere.deb\n`;
    return execa("sh", [path.join(scripts, "check.sh")], { input, env, reject: false });
  };
  const installed = () => readFileSync(path.join(folder, "installed"), "utf8");

  it("pin what is locked, in a new root too, where nothing of it stays", async () => {
    const root = path.join(folder, "root");
    mkdirSync(path.join(root, "etc/apt/auth.conf.d"), { recursive: true });
    write("digests", digestLines({ "ledger:all": { version: "1:1.0-1" }, "libc6:amd64": { version: "2" } }));
    write("mode", "open");
    await execa("sh", [path.join(scripts, "hold.sh"), root], { env });
    const pins = path.join(root, "etc/apt/preferences.d/zz-fleet-lock");
    equal(
      readFileSync(pins, "utf8"),
      "Package: ledger\nPin: version 1:1.0-1\nPin-Priority: 1001\n\nPackage: libc6:amd64\nPin: version 2\nPin-Priority: 1001\n\n",
    );
    mkdirSync(path.join(root, "var/lib/apt/lists"), { recursive: true });
    writeFileSync(
      path.join(root, "var/lib/apt/lists/mirror_InRelease"),
      "Origin: x\nDate: Sat, 28 Nov 2026 20:11:03 UTC\n",
    );
    write("installed", `ledger:all 1:1.0-1 ${"a".repeat(64)}\n`);
    const told = await execa("sh", [path.join(scripts, "release.sh"), root], { env });
    write("layer.told", `${told.stdout}\n`);
    const { packages, indexes } = toldByBuild(folder);
    deepEqual(packages, { "ledger:all": { version: "1:1.0-1", sha256: "a".repeat(64) } });
    equal(indexes["mirror"]?.date, "2026-11-28T20:11:03Z");
    equal((await execa("test", ["-e", pins], { reject: false })).exitCode, 1);
  });

  it("pin what is there as it is, but packages that are made for the layer; nothing where the lock is renewed", async () => {
    const here = await execa("dpkg-query", ["--show", "--showformat", "${Architecture} ${Version}", "dpkg"]);
    const [architecture = "", version = ""] = here.stdout.split(" ");
    write("digests", digestLines({ "ledger:all": { version: "1:1.0-1" }, "apt:all": { version: "9" } }));
    write("mode", "open");
    await execa("sh", [path.join(scripts, "hold.sh")], { env });
    const pins = () => readFileSync(path.join(folder, "pins"), "utf8");
    const dpkg = `Package: dpkg:${architecture}\nPin: version ${version}\nPin-Priority: 1001\n`;
    equal(pins().startsWith("Package: ledger\nPin: version 1:1.0-1\n"), true);
    equal(pins().includes(dpkg), true);
    write("made", "catalog\ndpkg\n");
    await execa("sh", [path.join(scripts, "hold.sh")], { env });
    equal(pins().includes("Package: dpkg:"), false);
    write("made", "catalog\n");
    write("pins", "");
    write("mode", "renewed");
    await execa("sh", [path.join(scripts, "hold.sh")], { env });
    equal(pins(), "");
  });

  it("let pass what the lock has, and note it; packages made here, and those below, are none of theirs", async () => {
    const locked = { version: "1:1.0-1", sha256: digest("ledger") };
    const { exitCode, stderr } = await check(
      { "ledger:all": locked },
      { mode: "frozen", there: "other:all 2\n" },
    );
    deepEqual([exitCode, stderr], [0, ""]);
    equal(installed(), `ledger:all 1:1.0-1 ${digest("ledger")}\n`);
    const kept = path.join(folder, "kept/fetched");
    deepEqual(readdirSync(kept), [`${digest("ledger")}.deb`]);
    // What is from the store is there already.
    rmSync(kept, { recursive: true });
    write("stored", digestLines({ "ledger:all": locked }));
    await check({ "ledger:all": locked }, { mode: "frozen", there: "other:all 2\n" });
    equal(existsSync(kept), false);
    write("stored", "");
  });

  it("refuse other content than the lock has, frozen or not", async () => {
    const wrong = "0".repeat(64);
    for (const mode of ["open", "frozen", "renewed"] as const) {
      const locked = { "ledger:all": { version: "1:1.0-1", sha256: wrong }, "other:all": { version: "2" } };
      const { exitCode, stderr } = await check(locked, { mode });
      equal(exitCode, 1);
      deepEqual(refusedByLock(stderr), [
        `images.lock.yaml: expected SHA-256 ${wrong} of ledger:all 1:1.0-1 in base.python, got ${digest("ledger")}; its mirror has other content under the same version: ask whoever publishes it, or take the line out, and run npm run lock`,
      ]);
    }
  });

  it("refuse another version than a locked one that no index has any more, and say since when; not where the lock is renewed", async () => {
    const lock = { "ledger:all": { version: "1:1.0-1" }, "other:all": { version: "1" } };
    for (const mode of ["open", "frozen"] as const) {
      const { exitCode, stderr } = await check(lock, { mode });
      equal(exitCode, 1);
      const [line = "", ...others] = refusedByLock(stderr);
      deepEqual(others, []);
      equal(isGone(line), true);
      match(
        line,
        /^images\.lock\.yaml: expected other:all 1 in base\.python, got 2: the index of 20\S+Z has the locked one no more \(the one of 2026-11-20T08:00:00Z had it\); npm run freshen, and commit what it locks$/,
      );
    }
    equal((await check(lock, { mode: "renewed" })).exitCode, 0);
    equal(installed().includes("other:all 2 "), true);
  });

  it("have apt read lists where no mirror answers, and then know of the files of the store, and of nothing else", async () => {
    const own = path.join(folder, "own");
    for (const part of ["lists/partial", "cache/archives/partial", "files"])
      mkdirSync(path.join(own, part), { recursive: true });
    const at = "http://127.0.0.1:9";
    const sources = [`deb ${at}/debian bookworm main`, `deb [trusted=yes] ${at} ./`, ""].join("\n");
    for (const [name, text] of Object.entries({ sources, status: "" }))
      writeFileSync(path.join(own, name), text);
    copyFileSync(files["ledger"] ?? "", path.join(own, "files/ledger_1%3a1.0-1_all.deb"));
    await execa("sh", [path.join(scripts, "store.sh"), path.join(own, "files"), "bookworm"]);
    const settings = [
      aptSettings(own),
      `Dir::Bin::Methods::http "${path.join(scripts, "nowhere.py")}";`,
      'Acquire::AllowInsecureRepositories "true"; Acquire::Retries "0";',
      `APT::Sources::With { "${path.join(own, "files/Packages")}"; };`,
    ];
    writeFileSync(path.join(own, "apt.conf"), settings.join("\n"));
    const asking = { env: { APT_CONFIG: path.join(own, "apt.conf") } };
    await execa("apt-get", ["update", "--error-on=any"], asking);
    const { stdout } = await execa("apt-cache", ["dumpavail"], asking);
    deepEqual(stdout.match(/^(Package|Version|SHA256): .*/gm), [
      ...["Package: ledger", "Version: 1:1.0-1", `SHA256: ${digest("ledger")}`],
    ]);
    match(
      readFileSync(path.join(own, "files/Release"), "utf8"),
      /^Suite: bookworm\nCodename: bookworm\nSHA256:\n [0-9a-f]{64} \d+ Packages\n$/,
    );
  });

  it("say of all that is locked what can be had no more, once a build has failed", async () => {
    write(
      "digests",
      digestLines({
        "lost:all": { version: "1" },
        "old:all": { version: "7" },
        "other:all": { version: "1.5" },
      }),
    );
    write("there", "old:all 7\n");
    const input = "lost:all\nold:all\nother:all\n";
    // What the store has can be had.
    write("stored", "lost:all 1 -\n");
    equal((await execa("sh", [path.join(scripts, "gone.sh")], { input, env })).stdout, "");
    write("stored", "");
    const { stdout } = await execa("sh", [path.join(scripts, "gone.sh")], { input, env });
    match(
      stdout,
      /^images\.lock\.yaml: expected lost:all 1 in base\.python, got none: the index of [^\n]*locks$/,
    );
    equal((await execa("sh", [path.join(scripts, "gone.sh")], { input: "", env })).stdout, "");
  });

  it("refuse what the lock does not know, or has in another version, where it is frozen, else note it", async () => {
    const lock = { "ledger:all": { version: "1:1.0-1" }, "other:all": { version: "1.5" } };
    equal((await check(lock)).exitCode, 0);
    equal(installed().includes("other:all 2 "), true);
    const fix = "run npm run images without CI=true, and commit what it locks";
    deepEqual(refusedByLock((await check(lock, { mode: "frozen" })).stderr), [
      `images.lock.yaml: expected other:all 1.5 in base.python, got 2; ${fix}`,
    ]);
    const { exitCode, stderr } = await check({}, { mode: "frozen" });
    equal(exitCode, 1);
    deepEqual(refusedByLock(stderr), [
      `images.lock.yaml: expected ledger:all not at all in base.python, got 1:1.0-1; ${fix}`,
      `images.lock.yaml: expected other:all not at all in base.python, got 2; ${fix}`,
    ]);
    // As Ansible tells it.
    const told = `    docker.ansible:   stderr: "E: x\\n${stderr.replace("\n", "\\n")}\\nE: y"\n`;
    deepEqual(refusedByLock(told), refusedByLock(stderr));
  });
});

/** Settings of an apt that knows nothing but what is in a folder. */
function aptSettings(folder: string): string {
  return Object.entries({
    "Dir::State": folder,
    "Dir::State::status": path.join(folder, "status"),
    "Dir::Cache": path.join(folder, "cache"),
    "Dir::Etc::sourcelist": path.join(folder, "sources"),
    "Dir::Etc::sourceparts": "-",
  })
    .map(([key, value]) => `${key} "${value}";\n`)
    .join("");
}
