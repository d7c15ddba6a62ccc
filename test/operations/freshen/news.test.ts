import { deepEqual, equal } from "node:assert/strict";
import { parse } from "yaml";
import type { Package } from "../../../images/proof/packages.ts";
import { distinct, newsOf, withNews, type News } from "../../../operations/freshen/news.ts";
import { formatNews } from "../../../operations/freshen/text.ts";
import { lockText } from "../../../plan/lockFile.ts";

const deb = (name: string, version: string, architecture = "amd64"): Package => ({
  kind: "deb",
  ...{ name, version, architecture },
});
const upgrade = (name: string, installed: string, candidate = "9") => ({
  ...{ name, installed, candidate, security: false },
});
const chain = [
  { layer: "base", packages: [deb("libc6", "1"), deb("openssl", "1")] },
  { layer: "web", packages: [deb("libc6", "1"), deb("openssl", "2"), deb("apache2", "1")] },
  {
    layer: "site",
    packages: [deb("libc6", "1"), deb("openssl", "2"), deb("apache2", "1"), deb("libc6", "1", "i386")],
  },
];

describe("news of packages", () => {
  it("are of the lowest layer since which the version is there", () => {
    const found = newsOf(chain, [upgrade("libc6", "1"), upgrade("openssl", "2"), upgrade("apache2", "1")]);
    deepEqual(
      found.map(({ layer, name }) => [layer, name]),
      [
        ["base", "libc6"],
        ["web", "openssl"],
        ["web", "apache2"],
      ],
    );
  });

  it("are of the architecture that apt names", () => {
    deepEqual(
      newsOf(chain, [upgrade("libc6:i386", "1")]).map(({ layer }) => layer),
      ["site"],
    );
  });

  it("of rpm name their architecture, and an epoch that is zero is none", () => {
    const rpm = (name: string, version: string, architecture = "x86_64"): Package => ({
      kind: "rpm",
      ...{ name, version, architecture },
    });
    const own = [
      { layer: "base", packages: [rpm("openssl-libs", "1:3.0-1.el9")] },
      { layer: "web", packages: [rpm("openssl-libs", "1:3.0-1.el9"), rpm("httpd", "0:2.4-1.el9")] },
    ];
    const upgrades = [
      upgrade("openssl-libs:x86_64", "1:3.0-1.el9"),
      upgrade("httpd:x86_64", "2.4-1.el9"),
      upgrade("httpd:aarch64", "2.4-1.el9"),
      upgrade("httpd", "2.4-1.el9"),
    ];
    deepEqual(
      newsOf(own, upgrades).map(({ layer, name }) => [layer, name]),
      [
        ["base", "openssl-libs:x86_64"],
        ["web", "httpd:x86_64"],
      ],
    );
  });

  it("of several chains are told once, in order", () => {
    const first: News = { layer: "web", ...upgrade("a", "1") };
    const second: News = { layer: "base", ...upgrade("b", "1") };
    deepEqual(distinct([first, second, first]), [second, first]);
  });

  it("come into the lock beside what is there, which stays but for layers that are no more", () => {
    const had = { installed: "1", candidate: "2", security: true };
    const updates = { base: { openssl: had }, gone: { x: had }, web: { apache2: had } };
    const news = [
      { layer: "base", ...upgrade("libc6", "1") },
      { layer: "base", ...upgrade("openssl", "2", "3") },
    ];
    const lock = withNews(updates, news, ["base", "web"]);
    const libc6 = { installed: "1", candidate: "9", security: false };
    deepEqual(lock, {
      base: { libc6, openssl: { installed: "2", candidate: "3", security: false } },
      web: { apache2: had },
    });
    deepEqual(parse(lockText({ updates: lock, packages: {} })), { layers: lock });
  });

  it("are told layer by layer, with what is built and swapped for them", () => {
    const news = [
      { layer: "base", ...upgrade("openssl", "3.0.15-1", "3.0.17-1"), security: true },
      { layer: "base", ...upgrade("tzdata", "2024a", "2025b") },
    ];
    const pinned = [{ layer: "old", source: "from.archive", count: 2, security: 1 }];
    const report = {
      news,
      dependencies: [],
      pinned,
      affected: { base: "6 layers, 4 fleets" },
      updates: {},
      relocked: [],
    };
    equal(
      formatNews(report, true),
      `base: 6 layers, 4 fleets
  openssl 3.0.15-1 → 3.0.17-1 (security)
  tzdata 2024a → 2025b
old: 2 newer packages, 1 of them for security, which its from.archive does not bring; name a newer one
images.lock.yaml: 2 newer packages; commit it, and run up: the layers are built again
`,
    );
    const none = { ...report, news: [], pinned: [] };
    equal(formatNews(none, false), "nothing is newer\n");
    equal(
      formatNews({ ...none, relocked: ["base: openssl:amd64 1 → 2"] }, false),
      "base: openssl:amd64 1 → 2 in the lock, since it could not be built as it was locked; commit it\nnothing is newer\n",
    );
  });
});
