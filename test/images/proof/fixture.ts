import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { attest, type MadeImage } from "../../../images/proof/attest.ts";
import { readContents, type Contents } from "../../../images/proof/contents.ts";
import { archiveOf, entry, Workplace } from "../archive/fixture.ts";

const variables = ["XDG_CACHE_HOME", "XDG_DATA_HOME", "FLEET_BUILD_KEY"] as const;

/** A project, cache and key of their own, until `dispose`. */
export class ProofPlace {
  readonly #folder = mkdtempSync(path.join(tmpdir(), "immutable-fleets-proof-"));
  readonly #before = variables.map((name) => [name, process.env[name]] as const);
  readonly root = path.join(this.#folder, "project");

  constructor() {
    mkdirSync(this.root);
    process.env["XDG_CACHE_HOME"] = path.join(this.#folder, "cache");
    this.useKeyOf("us");
    delete process.env["FLEET_BUILD_KEY"];
  }

  /** From now on another user builds. */
  useKeyOf(user: string): void {
    process.env["XDG_DATA_HOME"] = path.join(this.#folder, user);
  }

  dispose(): void {
    for (const [name, value] of this.#before) {
      if (value === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = value;
    }
    rmSync(this.#folder, { recursive: true });
  }
}

const status = `Package: curl
Status: install ok installed
Architecture: amd64
Source: curl-src (1.0)
Version: 7.88.1-10+deb12u8

Package: gone
Status: deinstall ok config-files
Architecture: amd64
Version: 1
`;

/** What a small image of two layers is made of: the upper one removes a file and changes another. */
export function smallContents(): Contents {
  const workplace = new Workplace();
  try {
    const lower = [
      entry("etc", { type: "directory", mode: 0o755 }),
      entry("etc/gone", { content: Buffer.from("gone") }),
      entry("etc/motd", { content: Buffer.from("one") }),
      entry("usr/lib/os-release", { content: Buffer.from('ID=debian\nVERSION_ID="12"\n') }),
      entry("var/lib/dpkg/status", { content: Buffer.from(status) }),
    ];
    const upper = [
      entry("bin", { type: "symlink", mode: 0o777, target: "usr/bin" }),
      entry("etc/.wh.gone"),
      entry("etc/motd", { content: Buffer.from("two"), mode: 0o4755, uid: 7 }),
      entry("etc/motd.same", { type: "link", target: "etc/motd" }),
    ];
    return readContents([lower, upper].map((entries) => workplace.file(archiveOf(entries))));
  } finally {
    workplace.dispose();
  }
}

/** An image as if it had just been built. */
export function making(digest: string): MadeImage {
  return {
    place: "base.shop",
    digest,
    kind: "layer",
    inputs: {
      layer: "shop",
      roles: ["shop"],
      variables: { size: 1 },
      files: { "playbooks/site.yml": "f".repeat(64) },
      tools: { packer: "1.16.0" },
    },
    inputDigest: "1".repeat(64),
    parent: `sha256:${"2".repeat(64)}`,
    revision: "3".repeat(40),
    startedAt: new Date("2026-01-02T03:04:05Z"),
  };
}

/** Builds nothing, but signs. */
export function attested(root: string, digest: string): Promise<string> {
  return attest(root, making(digest), smallContents());
}
