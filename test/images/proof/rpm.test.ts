import { deepEqual, throws } from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { execa } from "execa";
import { installedPackages } from "../../../images/proof/installed.ts";
import { packageUrl } from "../../../images/proof/sbom.ts";
import { readRpmHeader } from "../../../images/proof/rpmHeader.ts";

const recipe = (name: string, lines: string[]) =>
  [
    ...[`Name: ${name}`, "Summary: For a test", "License: MIT", "BuildArch: noarch", ...lines],
    ...["%description", "For a test.", "%files", ""],
  ].join("\n");

describe("the packages of an RPM system", function () {
  this.timeout("1m");
  const folder = mkdtempSync(path.join(tmpdir(), "immutable-fleets-rpm-"));
  const root = path.join(folder, "root");
  const database = "var/lib/rpm";
  const read = (file: string) => {
    const full = path.join(root, file);
    return existsSync(full) ? readFileSync(full) : undefined;
  };
  const rpm = (...args: string[]) =>
    execa("rpm", [
      "--root",
      root,
      "--define",
      `_dbpath /${database}`,
      "--define",
      "_db_backend sqlite",
      ...args,
    ]);

  before(async function () {
    const programs = await Promise.all(
      ["rpm", "rpmbuild"].map((name) => execa(name, ["--version"], { reject: false })),
    );
    if (programs.some(({ failed }) => failed)) {
      console.log("      skipped: rpm and rpmbuild: expected on PATH, got none; apt-get install rpm");
      return void this.skip();
    }
    const specs = {
      ledger: ["Version: 1.2", "Release: 3.el9", "Epoch: 2"],
      plain: ["Version: 4~rc1", "Release: 1"],
    };
    for (const [name, lines] of Object.entries(specs)) {
      const spec = path.join(folder, `${name}.spec`);
      writeFileSync(spec, recipe(name, lines));
      await execa("rpmbuild", ["-bb", "--define", `_topdir ${folder}/build`, spec]);
    }
    await execa("mkdir", ["-p", path.join(root, database)]);
    await rpm("--initdb");
    const built = path.join(folder, "build/RPMS/noarch");
    const files = ["ledger-1.2-3.el9.noarch.rpm", "plain-4~rc1-1.noarch.rpm"].map((file) =>
      path.join(built, file),
    );
    await rpm("--install", "--nodeps", ...files);
  });

  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it("are what rpm itself says of its database", async () => {
    const { stdout } = await rpm(
      "--query",
      "--all",
      "--queryformat",
      "%{NAME} %|EPOCH?{%{EPOCH}:}|%{VERSION}-%{RELEASE}\\n",
    );
    const found = installedPackages(read);
    deepEqual(
      found.map(({ name, version }) => `${name} ${version}`),
      stdout.trim().split("\n").sort(),
    );
    deepEqual(found, [
      { kind: "rpm", name: "ledger", version: "2:1.2-3.el9", architecture: "noarch" },
      { kind: "rpm", name: "plain", version: "4~rc1-1", architecture: "noarch" },
    ]);
  });

  it("have package URLs with the epoch as a qualifier", () => {
    const system = { id: "fedora", version: "42" };
    deepEqual(
      installedPackages(read).map((each) => packageUrl(each, system)),
      [
        "pkg:rpm/fedora/ledger@1.2-3.el9?arch=noarch&distro=fedora-42&epoch=2",
        "pkg:rpm/fedora/plain@4~rc1-1?arch=noarch&distro=fedora-42",
      ],
    );
  });

  it("are none where there is no database", () => {
    deepEqual(
      installedPackages(() => undefined),
      [],
    );
  });
});

describe("the header of an RPM package", () => {
  it("is refused when it is something else", () => {
    for (const bytes of [Buffer.alloc(0), Buffer.alloc(64), Buffer.from("ffffffff00000000", "hex")])
      throws(() => readRpmHeader(bytes), /expected the header of an RPM package/);
  });
});
