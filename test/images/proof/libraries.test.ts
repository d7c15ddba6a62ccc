import { deepEqual } from "node:assert/strict";
import { installedLibraries } from "../../../images/proof/libraries.ts";
import { plainEntry, type LayerEntry } from "../../../images/disk/layer/entry.ts";

function librariesOf(files: Readonly<Record<string, string | object>>): string[] {
  const entries = new Map(
    Object.keys(files).map((path): [string, LayerEntry] => [
      path,
      { ...plainEntry, path, type: "file", mode: 0o644, mtime: 0 },
    ]),
  );
  const read = ({ path }: LayerEntry) => {
    const content = files[path] ?? "";
    return typeof content === "string" ? content : JSON.stringify(content);
  };
  return installedLibraries({ entries, read }).map(({ kind, name, version }) => `${kind} ${name} ${version}`);
}

const metadata = (name: string, version: string) =>
  `Metadata-Version: 2.1\nName: ${name}\nVersion: ${version}\n\nName: prose\n`;

describe("what lies in an image beside its distribution's packages", () => {
  it("is not what the distribution, a package's own folder or a folder of the project brought; of git it has the commit", () => {
    const site = "usr/local/lib/python3.13/dist-packages";
    deepEqual(
      librariesOf({
        [`${site}/six-1.16.0.dist-info/METADATA`]: metadata("six", "1.16.0"),
        [`${site}/six-1.16.0.dist-info/INSTALLER`]: "debian\n",
        [`${site}/setuptools/_vendor/wheel-1.dist-info/METADATA`]: metadata("wheel", "1"),
        [`${site}/own-1.dist-info/METADATA`]: metadata("own", "1"),
        [`${site}/own-1.dist-info/direct_url.json`]: '{"dir_info": {}, "url": "file:///opt/own"}',
        [`${site}/of_git-1.dist-info/METADATA`]: metadata("of_git", "1"),
        [`${site}/of_git-1.dist-info/direct_url.json`]: `{"url": "https://example.org/of.git", "vcs_info": {"commit_id": "${"0123456789abcdef".repeat(2)}", "vcs": "git"}}`,
        [`${site}/Old.Style-2.egg-info/PKG-INFO`]: metadata("Old.Style", "2"),
        "opt/source/thing.egg-info/PKG-INFO": metadata("thing", "1"),
        // What an image has that this one holds.
        [`var/lib/fleet/images/aa/rootfs/${site}/six-1.16.0.dist-info/METADATA`]: metadata("six", "1.16.0"),
        // What a new environment has by itself.
        "usr/share/python-wheels/pip-25.1.1-py3-none-any.whl": "",
        "opt/app/lib/python3.13/site-packages/pip-25.1.1.dist-info/METADATA": metadata("pip", "25.1.1"),
      }),
      ["pypi of-git 1@0123456789ab", "pypi old-style 2"],
    );
  });

  it("is each package of Node, but for those that one has in itself and those of its tests", () => {
    const at = "usr/local/lib/node_modules";
    deepEqual(
      librariesOf({
        [`${at}/npm/package.json`]: { name: "npm", version: "11.0.0", bundleDependencies: ["abbrev"] },
        [`${at}/npm/node_modules/abbrev/package.json`]: { name: "abbrev", version: "3.0.0" },
        [`${at}/resolve/package.json`]: { name: "resolve", version: "1.22.0" },
        [`${at}/resolve/test/a/node_modules/b/package.json`]: { name: "b", version: "0.0.1" },
        [`${at}/resolve/lib/package.json`]: { type: "module" },
        "srv/node_modules/.pnpm/leaf@1.0.0/node_modules/leaf/package.json": {
          name: "leaf",
          version: "1.0.0",
        },
        "srv/node_modules/broken/package.json": "{",
      }),
      ["npm leaf 1.0.0", "npm npm 11.0.0", "npm resolve 1.22.0"],
    );
  });

  it("of an RPM system is none of what lies where its packages put theirs", () => {
    deepEqual(
      librariesOf({
        "usr/lib/sysimage/rpm/rpmdb.sqlite": "",
        "usr/lib64/python3.12/site-packages/gpg-1.dist-info/METADATA": metadata("gpg", "1"),
        "usr/local/lib/python3.12/site-packages/flask-3.dist-info/METADATA": metadata("flask", "3"),
      }),
      ["pypi flask 3"],
    );
  });
});
