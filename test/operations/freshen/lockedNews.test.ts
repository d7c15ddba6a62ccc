import { deepEqual } from "node:assert/strict";
import { lockedNews, relockedIn } from "../../../operations/freshen/lockedNews.ts";

const [a, b] = ["a".repeat(64), "b".repeat(64)] as [string, string];

describe("news in the lock", () => {
  it("take the places of the layer that brought the old version, on machines of this architecture, with their digests", () => {
    const place = (version: string, sha256: string, index: string) => ({
      indexes: { mirror: { sha256: index } },
      packages: { "adduser:all": { version: "3", sha256: a }, "openssl:amd64": { version, sha256 } },
    });
    const news = [
      { layer: "web", name: "openssl", installed: "1", candidate: "2", security: true },
      { layer: "web", name: "adduser", installed: "2", candidate: "9", security: true },
      { layer: "site", name: "adduser:i386", installed: "3", candidate: "4", security: false },
    ];
    const indexed = {
      packages: new Map([["openssl:amd64", [{ version: "2", sha256: b }]]]),
      indexes: { mirror: { sha256: b }, unrelated: { sha256: a } },
    };
    const old = place("1", a, a);
    const locked = {
      base: { amd64: old },
      "base.web": { amd64: old, arm64: old },
      "base.web.site": { amd64: old },
      "machine.web": { amd64: place("1.5", a, a) },
    };
    deepEqual(lockedNews(locked, "amd64", news, indexed), {
      ...locked,
      "base.web": { amd64: place("2", b, b), arm64: old },
    });
  });

  it("are of rpm by the architecture that is in their names", () => {
    const place = (version: string, sha256: string) => ({
      amd64: { indexes: {}, packages: { "NetworkManager:x86_64": { version, sha256 } } },
    });
    const news = [
      {
        layer: "web",
        name: "NetworkManager:x86_64",
        installed: "1:1.48-1",
        candidate: "1:1.50-1",
        security: true,
      },
    ];
    const packages = new Map([["NetworkManager:x86_64", [{ version: "1:1.50-1", sha256: b }]]]);
    deepEqual(lockedNews({ "base.web": place("1:1.48-1", a) }, "amd64", news, { packages, indexes: {} }), {
      "base.web": place("1:1.50-1", b),
    });
  });

  it("are told apart from what builds entered meanwhile, which is said place by place", () => {
    const place = (packages: Record<string, { version: string }>) => ({ amd64: { indexes: {}, packages } });
    const before = {
      base: place({ "a:all": { version: "1" } }),
      "base.web": place({ "b:all": { version: "1" } }),
    };
    const after = {
      base: place({ "a:all": { version: "1" } }),
      "base.new": place({ "d:all": { version: "1" } }),
      "base.web": place({ "b:all": { version: "2" }, "c:all": { version: "3" } }),
    };
    deepEqual(relockedIn(before, after, "amd64"), ["base.web: b:all 1 → 2", "base.web: c:all 3 is new"]);
    deepEqual(relockedIn(before, after, "arm64"), []);
  });
});
