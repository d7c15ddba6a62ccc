import { deepEqual } from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { nodeLocked } from "../../../../images/lock/registry/nodeFiles.ts";
import { pythonLocked } from "../../../../images/lock/registry/pythonFiles.ts";
import { galaxyContent } from "../../../../images/play/galaxyContent.ts";
import { requirementsKey } from "../../../../images/play/installedFolder.ts";
import { cacheFolder } from "../../../../work/cache.ts";
import { useFolder } from "../../../support/folder.ts";
import { withVariables } from "../../../support/variables.ts";

const hash = `sha256:${"a".repeat(64)}`;

describe("a lock file of Python", () => {
  it("of pip has what stands there with a version and a hash, wherever its line is broken", () => {
    const text = `--index-url https://example.org\nFlask[async]==3.0.1 ; python_version > "3" \\\n  --hash=${hash}\nplain==1\nrange>=2 --hash=${hash}\n`;
    deepEqual(pythonLocked("a/requirements.txt", text), [["flask:pypi", "3.0.1"]]);
  });

  it("of uv, Poetry, PDM and PEP 751 has its tables with digests, the own project has none", () => {
    const uv = `version = 1\n\n[[package]]\nname = "shop"\nversion = "0.1"\nsource = { virtual = "." }\n\n[[package]]\nname = "Foo.Bar"\nversion = "1.2"\nsdist = { url = "https://example.org/f.tar.gz", hash = "${hash}", size = 1 }\n`;
    deepEqual(pythonLocked("uv.lock", uv), [["foo-bar:pypi", "1.2"]]);
    const poetry = `[[package]]\nname = "foo"\nversion = "1.2"\nfiles = [\n    {file = "foo.whl", hash = "${hash}"},\n]\n`;
    for (const file of ["a/poetry.lock", "pdm.lock"])
      deepEqual(pythonLocked(file, poetry), [["foo:pypi", "1.2"]]);
    const pep = `lock-version = "1.0"\n[[packages]]\nname = "foo"\nversion = "1.2"\nwheels = [{ url = "https://example.org/f.whl", hashes = { sha256 = "${"a".repeat(64)}" } }]\n`;
    deepEqual(pythonLocked("pylock.dev.toml", pep), [["foo:pypi", "1.2"]]);
    const old = `[[package]]\nname = "foo"\nversion = "1.2"\n\n[metadata.files]\nfoo = [{file = "foo.whl", hash = "${hash}"}]\n`;
    deepEqual(pythonLocked("poetry.lock", old), [["foo:pypi", "1.2"]]);
  });

  it("of Pipenv has both groups", () => {
    const group = (name: string, hashes: string[]) => ({ [name]: { version: "==1", hashes } });
    const text = JSON.stringify({
      default: group("a_b", [hash]),
      develop: { ...group("c", [hash]), ...group("d", []) },
    });
    deepEqual(pythonLocked("Pipfile.lock", text), [
      ["a-b:pypi", "1"],
      ["c:pypi", "1"],
    ]);
  });
});

describe("a lock file of Node", () => {
  const wanted = [
    ["@acme/tree:npm", "0.3.0"],
    ["leaf:npm", "1.0.0"],
  ];

  it("of npm has what has a digest, in its old form, too", () => {
    const integrity = "sha512-AAAA";
    const packages = {
      "": { name: "web", version: "1.0.0" },
      "node_modules/@acme/tree": { version: "0.3.0", integrity },
      "node_modules/@acme/tree/node_modules/leaf": { version: "1.0.0", integrity },
      "node_modules/linked": { version: "1.0.0" },
    };
    deepEqual(nodeLocked("a/package-lock.json", JSON.stringify({ lockfileVersion: 3, packages })), wanted);
    const dependencies = {
      "@acme/tree": { version: "0.3.0", integrity, dependencies: { leaf: { version: "1.0.0", integrity } } },
    };
    deepEqual(nodeLocked("npm-shrinkwrap.json", JSON.stringify({ dependencies })), wanted);
  });

  it("of Yarn and pnpm has the same", () => {
    const one = `# yarn lockfile v1\n\n\n"@acme/tree@^0.3.0", "@acme/tree@~0.3":\n  version "0.3.0"\n  integrity sha512-AAAA\n\nleaf@^1:\n  version "1.0.0"\n  integrity sha512-AAAA\n\nlinked@link:x:\n  version "0.0.0"\n`;
    deepEqual(nodeLocked("yarn.lock", one), wanted);
    const berry = `__metadata:\n  version: 8\n\n"@acme/tree@npm:^0.3.0":\n  version: 0.3.0\n  checksum: 10c0/aa\n\n"leaf@npm:^1":\n  version: 1.0.0\n  checksum: 10c0/aa\n\n"web@workspace:.":\n  version: 0.0.0-use.local\n`;
    deepEqual(nodeLocked("yarn.lock", berry), wanted);
    const pnpm = `lockfileVersion: '9.0'\npackages:\n  '@acme/tree@0.3.0':\n    resolution: {integrity: sha512-AAAA}\n  leaf@1.0.0(peer@2.0.0):\n    resolution: {integrity: sha512-AAAA}\n`;
    deepEqual(nodeLocked("pnpm-lock.yaml", pnpm), wanted);
  });
});

describe("what ansible-galaxy gave", () => {
  const folder = useFolder();

  it("is known by its versions and the digest of all files, not by when it was installed", async () => {
    const play = { playbook: "play.yml", requirements: "requirements.yml", groups: [], files: [] } as never;
    await withVariables({ XDG_CACHE_HOME: folder() }, () => {
      writeFileSync(path.join(folder(), "requirements.yml"), "collections: [acme.web]\n");
      writeFileSync(path.join(folder(), "play.yml"), "[]\n");
      deepEqual(galaxyContent(play, folder(), "1"), {});
      const at = path.join(cacheFolder("galaxy"), requirementsKey(play, folder(), "1") ?? "");
      const write = (file: string, text: string) => {
        mkdirSync(path.dirname(path.join(at, file)), { recursive: true });
        writeFileSync(path.join(at, file), text);
      };
      write(
        "collections/ansible_collections/acme/web/MANIFEST.json",
        '{"collection_info": {"version": "1.2.0"}}',
      );
      write("roles/acme.db/meta/.galaxy_install_info", "install_date: today\nversion: v3\n");
      write("roles/acme.db/tasks/main.yml", "[]\n");
      write("roles/own/tasks/main.yml", "[]\n");
      const first = galaxyContent(play, folder(), "1");
      const versions = (all: typeof first) =>
        Object.entries(all).map(([id, { version }]) => `${id} ${version}`);
      deepEqual(versions(first), ["acme.db:galaxy v3", "acme.web:galaxy 1.2.0", "own:galaxy unversioned"]);
      write("roles/acme.db/meta/.galaxy_install_info", "install_date: tomorrow\nversion: v3\n");
      deepEqual(galaxyContent(play, folder(), "1"), first);
      write("roles/acme.db/tasks/main.yml", "[{}]\n");
      const second = galaxyContent(play, folder(), "1");
      deepEqual(versions(second), versions(first));
      const changed = Object.keys(first).filter((id) => first[id]?.sha256 !== second[id]?.sha256);
      deepEqual(changed, ["acme.db:galaxy"]);
      return Promise.resolve();
    });
  });
});
