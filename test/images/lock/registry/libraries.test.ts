import { deepEqual, equal } from "node:assert/strict";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { execa } from "execa";
import { addedLibraries, librariesIn } from "../../../../images/lock/registry/librariesAdded.ts";
import { lockedByFiles } from "../../../../images/lock/registry/lockedBy.ts";
import { librariesReport } from "../../../../images/lock/registry/report.ts";
import { writeWheel } from "../../../registry/wheel.ts";
import { useFolder } from "../../../support/folder.ts";

describe("what pip and npm install", function () {
  this.timeout("60s");
  const folder = useFolder();
  const at = (name: string) => path.join(folder(), name);
  const pip = (...args: string[]) =>
    execa("python3", ["-m", "pip", "--disable-pip-version-check", "--no-cache-dir", ...args], {
      cwd: folder(),
    });
  const archived = async (root: string, name: string) => {
    await execa("tar", [
      "--create",
      "--file",
      at(name),
      "--directory",
      at(root),
      "--transform",
      "s,^\\./,,",
      ".",
    ]);
    return at(name);
  };
  const inputs = (...files: string[]) => ({ files: Object.fromEntries(files.map((file) => [file, ""])) });

  before(() => {
    for (const name of ["wheels", "project", "image/opt/app", "image/var/lib/dpkg/info"])
      mkdirSync(at(name), { recursive: true });
  });

  it("is what pip says that is there; what requirements have with hashes is locked by them, all else is not", async () => {
    for (const [name, version] of [
      ["acme_first", "1.0"],
      ["second", "2.1.post1"],
      ["owned", "3"],
    ] as const)
      await writeWheel(at("wheels"), name, version);
    const hash =
      (await pip("hash", "wheels/acme_first-1.0-py3-none-any.whl")).stdout.split("\n").at(-1) ?? "";
    writeFileSync(at("project/requirements.txt"), `# pinned\nAcme_First==1.0 \\\n    ${hash.trim()}\n`);
    writeFileSync(at("project/loose.txt"), "second==2.1.post1\n");
    const target = at("image/opt/app/lib");
    const offline = ["--no-index", "--find-links", "wheels", "--target", target];
    await pip("install", ...offline, "--require-hashes", "--requirement", "project/requirements.txt");
    await pip("install", ...offline, "second", "owned");
    writeFileSync(
      at("image/var/lib/dpkg/info/owned.list"),
      "/opt\n/opt/app/lib/owned-3.dist-info/METADATA\n",
    );
    const found = librariesIn([await archived("image", "image.tar")]);
    const { stdout } = await pip("list", "--path", target, "--format", "json");
    const listed = (JSON.parse(stdout) as { name: string; version: string }[])
      .map(({ name, version }) => ({ kind: "pypi", name: name.replaceAll(".", "-"), version }))
      .filter(({ name }) => name !== "owned");
    deepEqual(found, listed);
    const lockedBy = lockedByFiles(at("project"), inputs("requirements.txt", "loose.txt"));
    const added = addedLibraries(found, [], lockedBy);
    deepEqual(added, { open: { "second:pypi": "2.1.post1" }, closed: { "requirements.txt": 1 } });
    const galaxy = { "acme.web:galaxy": { version: "1.2.0" } };
    deepEqual(librariesReport(added, galaxy, { locked: {}, loose: ["own:galaxy"] }), [
      "pip and npm installed 1 package as requirements.txt locks them",
      "not locked: second:pypi 2.1.post1; name it with its hashes in a requirements file that pip installs from",
      "ansible-galaxy gave acme.web:galaxy 1.2.0; nothing but images.lock.yaml holds that to its content",
      "compared with images.lock.yaml, but not held to it, as no version is asked for by itself: own:galaxy",
    ]);
    const locked = { "second:pypi": { version: "2.1.post1" } };
    deepEqual(
      librariesReport(added, {}, { locked, loose: [] })[1],
      "locked by version alone: second:pypi 2.1.post1; name it with its hashes in a requirements file that pip installs from",
    );
    // What is there below is of no layer above.
    deepEqual(addedLibraries(found, found, lockedBy), { open: {}, closed: {} });
  });

  it("is what npm says that is there, all versions of a name; its lock file has them with digests", async () => {
    const app = at("image/srv/web");
    mkdirSync(app, { recursive: true });
    const pack = async (name: string, version: string, more: object = {}) => {
      const source = at(`npm/${name.replace("/", "-")}-${version}`);
      mkdirSync(source, { recursive: true });
      writeFileSync(path.join(source, "package.json"), JSON.stringify({ name, version, ...more }));
      const { stdout } = await execa("npm", ["pack", "--json", "--pack-destination", at("npm")], {
        cwd: source,
      });
      const [{ filename } = { filename: "" }] = Object.values(JSON.parse(stdout) as { filename: string }[]);
      return `file:${at("npm")}/${filename}`;
    };
    const [one, two] = [await pack("leaf", "1.0.0"), await pack("leaf", "2.0.0-rc.1")];
    const scoped = await pack("@acme/tree", "0.3.0", { dependencies: { leaf: one } });
    const dependencies = { leaf: two, "@acme/tree": scoped };
    writeFileSync(
      path.join(app, "package.json"),
      JSON.stringify({ name: "web", version: "1.0.0", dependencies }),
    );
    await execa("npm", ["install", "--offline", "--no-audit", "--no-fund", "--install-links"], { cwd: app });
    equal(existsSync(path.join(app, "package-lock.json")), true);
    const found = librariesIn([await archived("image/srv", "srv.tar")]);
    deepEqual(
      found.map(({ name, version }) => `${name} ${version}`),
      ["@acme/tree 0.3.0", "leaf 1.0.0", "leaf 2.0.0-rc.1"],
    );
    const file = "web/package-lock.json";
    deepEqual(addedLibraries(found, [], lockedByFiles(at("image/srv"), inputs(file))), {
      open: {},
      closed: { [file]: 3 },
    });
    deepEqual(addedLibraries(found, [], new Map()).open, {
      "@acme/tree:npm": "0.3.0",
      "leaf:npm": "1.0.0,2.0.0-rc.1",
    });
  });
});
