import { deepEqual } from "node:assert/strict";
import type { Package } from "../../../images/proof/packages.ts";
import { addedPackages } from "../../../images/lock/added.ts";
import { shownIndexes, shownPackages } from "../../../images/lock/indexed.ts";

const deb = (name: string, version: string, architecture = "amd64"): Package => ({
  kind: "deb",
  ...{ name, version, architecture },
});

describe("the packages that a layer adds", () => {
  it("are those that the layer below has not, or in another version; those of rpm, too; with those made here left out", () => {
    const below = [deb("openssl", "1"), deb("libc6", "1"), deb("adduser", "3", "all")];
    const own = [
      ...[deb("openssl", "2"), deb("libc6", "1"), deb("libc6", "1", "i386"), deb("adduser", "3", "all")],
      ...[
        deb("catalog", "1+abc"),
        deb("apache2", "2"),
        { ...deb("bash", "0:5-1", "x86_64"), kind: "rpm" as const },
      ],
    ];
    deepEqual(addedPackages(own, below, ["catalog"]), {
      "apache2:amd64": "2",
      "bash:x86_64": "5-1",
      "libc6:i386": "1",
      "openssl:amd64": "2",
    });
    deepEqual(Object.keys(addedPackages(own, [], [])).length, 7);
  });
});

describe("what apt's indexes have", () => {
  it("is each version with a digest; a package that is only installed has none", () => {
    const stanza = (name: string, version: string, ...more: string[]) =>
      [
        `Package: ${name}`,
        "Status: install ok installed",
        `Version: ${version}`,
        "Architecture: all",
        ...more,
      ].join("\n");
    const output = [
      stanza("ledger", "1.0-1", "Description: SHA256 of nothing", " SHA256: no"),
      stanza("ledger", "1.1-1", `SHA256: ${"A".repeat(64)}`, "MD5sum: 0"),
      stanza("ledger", "1.0-1", `SHA256: ${"b".repeat(64)}`),
      stanza("own", "1.0-1"),
    ].join("\n\n");
    deepEqual(
      [...shownPackages(`${output}\n`)],
      [
        [
          "ledger:all",
          [
            { version: "1.1-1", sha256: "a".repeat(64) },
            { version: "1.0-1", sha256: "b".repeat(64) },
          ],
        ],
      ],
    );
    deepEqual([...shownPackages("")], []);
  });

  it("has a date in the last line, too, where nothing follows it", () => {
    const output = `${"a".repeat(64)}  mirror_Release\nDate: Sun, 29 Nov 2026 11:45:10 +0000`;
    deepEqual(shownIndexes(output), { mirror: { date: "2026-11-29T11:45:10Z", sha256: "a".repeat(64) } });
  });

  it("is signed by texts with a digest and a date, by the names of their sources", () => {
    const [a, b] = ["a".repeat(64), "b".repeat(64)];
    const output = `${b}  mirror_debian_dists_bookworm_InRelease\nDate: Sat, 28 Nov 2026 20:11:03 UTC\n${a}  10.0.0.1:80_._Release\n`;
    deepEqual(shownIndexes(output), {
      "10.0.0.1:80_.": { sha256: a },
      mirror_debian_dists_bookworm: { date: "2026-11-28T20:11:03Z", sha256: b },
    });
  });
});
