import { deepEqual, equal, match, notEqual, rejects } from "node:assert/strict";
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { execa } from "execa";
import { projectRoot } from "../../../config/root.ts";
import { buildPackage, packageVersion } from "../../../images/packages/nfpm.ts";
import { localPackage } from "../../../plan/packages.ts";
import { writeRepositories } from "../../../images/packages/repository.ts";
import { digestFiles } from "../../../plan/digest.ts";

const epochSeconds = 1_700_000_000;

describe("the packages of an application", function () {
  this.timeout(60_000);
  let folder: string;
  const cache = process.env["XDG_CACHE_HOME"];

  before(async function () {
    for (const program of ["nfpm", "apt-ftparchive", "createrepo_c", "gpg", "dpkg-deb"]) {
      if (!(await execa(program, ["--version"], { reject: false })).failed) continue;
      console.log(`      skipped: ${program}: expected on PATH, got none; run it through toolchain/run`);
      this.skip();
    }
  });
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "immutable-fleets-packages-"));
    cpSync(path.join(projectRoot, "apps/catalog"), path.join(folder, "apps/catalog"), { recursive: true });
    process.env["XDG_CACHE_HOME"] = path.join(folder, "cache");
  });
  afterEach(() => {
    if (cache === undefined) delete process.env["XDG_CACHE_HOME"];
    else process.env["XDG_CACHE_HOME"] = cache;
    rmSync(folder, { recursive: true, force: true });
  });

  const planned = () =>
    localPackage("catalog", "apps/catalog", digestFiles(folder, ["apps/catalog"]), { packager: "2.45.0" });
  const made = () => buildPackage(planned(), folder, epochSeconds);
  const bytes = (files: readonly string[]) => files.map((file) => readFileSync(file).toString("base64"));

  it("are the same bytes from the same content, whatever the times, the umask and the place", async () => {
    const first = bytes((await made()).files);
    process.env["XDG_CACHE_HOME"] = path.join(folder, "another/cache");
    const file = path.join(folder, "apps/catalog/catalog/api.py");
    utimesSync(file, 1, 1);
    chmodSync(file, 0o600);
    deepEqual(bytes((await made()).files), first);
  });

  it("have a version that follows from the content", async () => {
    const before = await made();
    match(before.version, /^1\.0\.0\+[0-9a-f]{12}$/);
    deepEqual(
      before.files.map((file) => path.basename(file)),
      [`catalog-${before.version}-1.noarch.rpm`, `catalog_${before.version}_all.deb`],
    );
    writeFileSync(path.join(folder, "apps/catalog/catalog/products.json"), "[]\n");
    notEqual((await made()).version, before.version);
    notEqual(
      localPackage("catalog", "apps/catalog", {}, { packager: "1" }).contentDigest,
      localPackage("catalog", "apps/catalog", {}, { packager: "2" }).contentDigest,
    );
  });

  it("hold the application's files, owned by root and readable by all", async () => {
    const deb = (await made()).files.find((file) => file.endsWith(".deb")) ?? "";
    const { stdout } = await execa("dpkg-deb", ["--contents", deb]);
    match(stdout, /^-rw-r--r-- root\/root +\d+ 2023-11-14 \S+ \.\/opt\/catalog\/catalog\/api\.py$/m);
  });

  it("keep links to folders, and to what is in boxes alone; one to a file is that file", async () => {
    const source = path.join(folder, "apps/catalog/catalog");
    mkdirSync(path.join(source, "pages"));
    writeFileSync(path.join(source, "pages/one.html"), "one");
    for (const [name, target] of [
      ["first", "pages/one.html"],
      ["all", "pages"],
      ["data", "/srv/data"],
    ] as const)
      symlinkSync(target, path.join(source, name));
    const deb = (await made()).files.find((file) => file.endsWith(".deb")) ?? "";
    const { stdout } = await execa("dpkg-deb", ["--contents", deb]);
    match(stdout, /^-rw-r--r-- root\/root +3 \S+ \S+ \.\/opt\/catalog\/catalog\/first$/m);
    match(stdout, /^l\S+ .* \.\/opt\/catalog\/catalog\/all -> pages$/m);
    match(stdout, /^l\S+ .* \.\/opt\/catalog\/catalog\/data -> \/srv\/data$/m);
  });

  it("lie in repositories whose signatures hold, and do not once something is changed", async () => {
    const repositories = path.join(folder, "repositories");
    mkdirSync(repositories);
    await writeRepositories([await made()], repositories);
    const verify = async (...files: string[]) => {
      const names = files.map((file) => path.join(repositories, file));
      const home = ["--homedir", path.join(folder, "verify"), "--batch"];
      mkdirSync(path.join(folder, "verify"), { recursive: true, mode: 0o700 });
      await execa("gpg", [...home, "--import", path.join(repositories, "key.asc")]);
      return (await execa("gpg", [...home, "--verify", ...names], { reject: false })).exitCode;
    };
    equal(await verify("apt/InRelease"), 0);
    equal(await verify("yum/repodata/repomd.xml.asc", "yum/repodata/repomd.xml"), 0);
    match(readFileSync(path.join(repositories, "apt/Packages"), "utf8"), /^Package: catalog$/m);
    match(readFileSync(path.join(repositories, "apt/InRelease"), "utf8"), / Packages$/m);
    writeFileSync(path.join(repositories, "yum/repodata/repomd.xml"), "<repomd/>");
    equal(await verify("yum/repodata/repomd.xml.asc", "yum/repodata/repomd.xml"), 1);
  });

  it("are refused with the reason when their definition does not fit", async () => {
    const definition = path.join(folder, "apps/catalog/nfpm.yaml");
    const text = readFileSync(definition, "utf8");
    writeFileSync(definition, text.replace("name: catalog", "name: other"));
    await rejects(made(), /^Error: apps\/catalog\/nfpm\.yaml: expected the name catalog, got other; /);
    writeFileSync(definition, text.replace("+${CONTENT_DIGEST}", ""));
    await rejects(made(), /expected a version with \$\{CONTENT_DIGEST\}, got 1\.0\.0; for example/);
    writeFileSync(definition, text.replace("src: catalog", "src: gone"));
    await rejects(made(), /nfpm: .*gone/s);
    rmSync(definition);
    await rejects(made(), /apps\/catalog\/nfpm\.yaml: expected a package's definition/);
  });
});

describe("the version of a package", () => {
  it("has the digest where the definition wants it", () => {
    equal(packageVersion("2.0~${CONTENT_DIGEST}", "0123456789ab"), "2.0~0123456789ab");
  });
});
