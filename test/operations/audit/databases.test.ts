import { deepEqual, equal, rejects, throws } from "node:assert/strict";
import { mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import * as path from "node:path";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { strToU8, zipSync } from "fflate";
import type { AdvisoryDatabase } from "../../../config/advisories.ts";
import { fetchDatabases, pinnedDatabases } from "../../../operations/audit/database/databases.ts";
import { keptAdvisories } from "../../../operations/audit/database/kept.ts";
import { parseDatabase } from "../../../operations/audit/database/parse.ts";
import { pinsFile, readPins } from "../../../operations/audit/database/pins.ts";
import { severityOfVector } from "../../../operations/audit/database/vector.ts";
import { cachePath } from "../../../work/cache.ts";
import { ProofPlace } from "../../images/proof/fixture.ts";
import { osvRecord, tracker, updateinfo, vectors } from "./advisories.ts";

const debian12 = { id: "debian", version: "12" };
const day = new Date("2026-11-29T12:00:00Z");

describe("databases of advisories", () => {
  let place: ProofPlace;
  beforeEach(() => (place = new ProofPlace()));
  afterEach(() => {
    place.dispose();
  });
  const write = (name: string, content: string | Uint8Array) => {
    const file = path.join(place.root, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, content);
    return file;
  };
  const zipOf = (records: readonly object[]) =>
    zipSync(
      Object.fromEntries(
        records.map((each) => [`${(each as { id: string }).id}.json`, strToU8(JSON.stringify(each))]),
      ),
      // The time of files is part of a zip: the same records are to be the same one.
      { mtime: "2026-01-01T00:00:00" },
    );

  it("of Debian's tracker say in which version a release has a hole mended", () => {
    const file = write(
      "tracker.json",
      JSON.stringify(tracker("openssl", "CVE-2026-1", "3.0.17-1", "high**")),
    );
    deepEqual(parseDatabase(file, { format: "debian" }), {
      "debian 12": {
        openssl: [{ id: "CVE-2026-1", holes: ["CVE-2026-1"], fixed: "3.0.17-1", severity: "high" }],
      },
    });
  });

  it("of OSV are records in a zip or a folder: dated by the mend or by the hole, rated by the graver of what is said", () => {
    const records = [
      osvRecord("DSA-5764-1", "openssl", "3.0.17-1", {
        published: "2026-09-01T00:00:00Z",
        upstream: ["CVE-2026-1"],
      }),
      osvRecord("DEBIAN-CVE-2026-1", "openssl", "3.0.17-1", {
        ...{
          published: "2026-08-20T00:00:00Z",
          upstream: ["CVE-2026-1"],
          vector: vectors.high,
          urgency: "low",
        },
      }),
      osvRecord("DEBIAN-CVE-2026-2", "curl", "8-1", { withdrawn: "2026-09-02T00:00:00Z" }),
      osvRecord("DLA-1-1", "constructor", "2-1"),
    ];
    const openssl = { holes: ["CVE-2026-1"], fixed: "3.0.17-1" };
    const wanted = {
      openssl: [
        { id: "DEBIAN-CVE-2026-1", ...openssl, knownAt: "2026-08-20T00:00:00Z", severity: "high" },
        { id: "DSA-5764-1", ...openssl, fixedAt: "2026-09-01T00:00:00Z" },
      ],
      constructor: [{ id: "DLA-1-1", holes: ["DLA-1-1"], fixed: "2-1" }],
    };
    for (const each of records) write(`osv/${(each as { id: string }).id}.json`, JSON.stringify(each));
    const zipped = parseDatabase(write("all.zip", zipOf(records)), { format: "osv" });
    const inOrder = (found: typeof zipped) => ({
      ...found["debian 12"],
      openssl: [...(found["debian 12"]?.["openssl"] ?? [])].sort((a, b) => (a.id < b.id ? -1 : 1)),
    });
    deepEqual(inOrder(zipped), wanted);
    deepEqual(inOrder(parseDatabase(path.join(place.root, "osv"), { format: "osv" })), wanted);
    // One span of versions for each time that the hole was there.
    equal(severityOfVector(vectors.critical), "critical");
    equal(severityOfVector(vectors.medium), "medium");
    equal(severityOfVector("AV:N/AC:L/Au:N/C:P/I:P/A:P"), "high");
    equal(severityOfVector("none of it"), undefined);
  });

  it("of dnf are what updateinfo.xml says of security, plain or packed", () => {
    const about = {
      ...{ id: "RLSA-2026:1234", holes: ["CVE-2026-1"], severity: "high" },
      fixedAt: new Date("2026-09-01T10:11:12").toISOString(),
    };
    const wanted = {
      "rocky 9": {
        openssl: [{ ...about, fixed: "1:3.0.7-28.el9" }],
        httpd: [{ ...about, fixed: "2.4.57-11.module+el9+1" }],
      },
    };
    for (const content of [Buffer.from(updateinfo), gzipSync(updateinfo), zstdCompressSync(updateinfo)])
      deepEqual(
        parseDatabase(write("updateinfo", content), { format: "updateinfo", distribution: "rocky 9" }),
        wanted,
      );
    const cut = write("cut.xml", updateinfo.slice(0, -100));
    throws(
      () => parseDatabase(cut, { format: "updateinfo", distribution: "rocky 9" }),
      /no end of its updates/,
    );
  });

  it("that are no such documents are refused, whole as they may be", async () => {
    const cases: [AdvisoryDatabase, string | Uint8Array, RegExp][] = [
      [
        { format: "osv", path: "x" },
        "[]",
        /^Error: advisories\.d: expected a database of the format osv, got no zip, and no folder; /,
      ],
      [{ format: "osv", path: "x" }, zipOf([]), /got no zip/],
      [
        { format: "osv", path: "x" },
        zipOf([osvRecord("DSA-1-1", "a", "2")]).slice(0, -30),
        /got a zip without its end/,
      ],
      [{ format: "osv", path: "x" }, zipOf([{ id: 7 }]), /got a document of another form/],
      [{ format: "debian", path: "x" }, '{"openssl": {"CVE-1": {}}}', /got a document of another form/],
      [{ format: "debian", path: "x" }, "<html>", /got Unexpected token/],
      [{ format: "updateinfo", path: "x", distribution: "rocky 9" }, "{}", /got no end of its updates/],
    ];
    for (const [database, content, message] of cases) {
      write("x", content);
      await rejects(fetchDatabases(place.root, { advisories: { d: database } }, day), message);
    }
    equal(Object.keys(readPins(place.root)).length, 0);
  });

  it("are fetched by their URL, pinned by digest and day, and looked up from the cache alone from then on", async () => {
    let served: Uint8Array | undefined = zipOf([osvRecord("DSA-1-1", "openssl", "2-1")]);
    const server = createServer((_request, response) => {
      if (served) response.end(served);
      else response.writeHead(503).end();
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    try {
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/all.zip`;
      const advisories = { d: { format: "osv", url } } as const;
      const look = (mayFetch: boolean) =>
        pinnedDatabases(place.root, { advisories }, new Date("2026-12-09"), mayFetch);
      deepEqual((await look(true)).missing, [
        "advisories.d: expected a pinned database, got none; npm run audit -- --fetch takes it",
      ]);
      await fetchDatabases(place.root, { advisories }, day);
      const pin = readPins(place.root)["d"];
      equal(pin?.taken, "2026-11-29");
      served = undefined;
      const digest = pin.digest;
      deepEqual(await look(false), {
        pinned: [{ name: "d", digest, taken: "2026-11-29", ageDays: 10 }],
        missing: [],
      });
      equal(keptAdvisories(digest, { id: "debian", version: "12.4" })?.["openssl"]?.[0]?.fixed, "2-1");
      // Nothing of a cache that was damaged is used: it is taken again, if it is still the same.
      truncateSync(path.join(cachePath("advisories", `${digest.slice(7)}-1`), "debian-12.json"), 20);
      equal(keptAdvisories(digest, debian12), undefined);
      const lost = `advisories.d: expected the database of 2026-11-29 in this machine's cache, got none; npm run audit -- --fetch takes a newer one`;
      deepEqual((await look(false)).missing, [lost]);
      deepEqual((await look(true)).missing, [
        `advisories.d.url: expected a database at ${url}, got status 503; see that it can be reached, or name a path`,
      ]);
      const before = readFileSync(path.join(place.root, pinsFile), "utf8");
      await rejects(fetchDatabases(place.root, { advisories }, day), /got status 503/);
      equal(readFileSync(path.join(place.root, pinsFile), "utf8"), before);
      served = zipOf([osvRecord("DSA-1-1", "openssl", "2-2")]);
      deepEqual((await look(true)).missing, [
        `advisories.d: expected the database of 2026-11-29 (${digest.slice(0, 19)}), got another where it was; npm run audit -- --fetch pins that`,
      ]);
      served = zipOf([osvRecord("DSA-1-1", "openssl", "2-1")]);
      deepEqual((await look(true)).missing, []);
    } finally {
      server.close();
    }
  });

  it("in a folder of the project count by their content", async () => {
    write("osv/a.json", JSON.stringify(osvRecord("DSA-1-1", "openssl", "2-1")));
    const advisories = { d: { format: "osv", path: "osv" } } as const;
    await fetchDatabases(place.root, { advisories }, day);
    rmSync(cachePath("advisories"), { recursive: true });
    deepEqual((await pinnedDatabases(place.root, { advisories }, day, false)).missing, []);
    write("osv/b.json", JSON.stringify(osvRecord("DSA-2-1", "openssl", "2-2")));
    await fetchDatabases(place.root, { advisories }, day);
    const digest = readPins(place.root)["d"]?.digest ?? "";
    equal(keptAdvisories(digest, debian12)?.["openssl"]?.length, 2);
  });
});
