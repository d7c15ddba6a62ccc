import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { execa } from "execa";
import { hostOf, listenHere } from "../support/listen.ts";

/** A version of a package of npm's. */
interface Published {
  manifest: { name: string; version: string; dependencies: Readonly<Record<string, string>> };
  archive: Buffer;
}

/** A registry of npm's that a test publishes on a loopback port. */
export class NpmRegistry {
  readonly #published = new Map<string, Published[]>();
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => {
      const [name = "", version] = decodeURIComponent(request.url ?? "")
        .slice(1)
        .split("/-/");
      const all = this.#published.get(name);
      const asked = all?.find((each) => each.manifest.version === version);
      if (asked) response.end(asked.archive);
      else if (all && version === undefined) response.end(JSON.stringify(this.#packument(name, all)));
      else response.writeHead(404).end("{}");
    });
  }

  static async start(): Promise<NpmRegistry> {
    const registry = new NpmRegistry();
    await listenHere(registry.#server);
    return registry;
  }

  get url(): string {
    return `http://${hostOf(this.#server)}/`;
  }

  /** Adds a version, which is the latest from then on. */
  async publish(
    name: string,
    version: string,
    dependencies: Readonly<Record<string, string>> = {},
  ): Promise<void> {
    const folder = mkdtempSync(path.join(tmpdir(), "fleet-npm-"));
    const manifest = { name, version, dependencies };
    mkdirSync(path.join(folder, "package"));
    writeFileSync(path.join(folder, "package/package.json"), JSON.stringify(manifest));
    await execa("tar", ["--create", "--gzip", "--file", "archive.tgz", "package"], { cwd: folder });
    const archive = readFileSync(path.join(folder, "archive.tgz"));
    rmSync(folder, { recursive: true });
    this.#published.set(name, [...(this.#published.get(name) ?? []), { manifest, archive }]);
  }

  /** Has a version no more. */
  withdraw(name: string, version: string): void {
    const left = (this.#published.get(name) ?? []).filter((each) => each.manifest.version !== version);
    this.#published.set(name, left);
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  #packument(name: string, all: readonly Published[]): object {
    const versions = all.map(({ manifest, archive }) => {
      const integrity = `sha512-${createHash("sha512").update(archive).digest("base64")}`;
      const dist = { integrity, tarball: `${this.url}${name}/-/${manifest.version}` };
      return [manifest.version, { ...manifest, dist }] as const;
    });
    const latest = all.at(-1)?.manifest.version;
    return { name, "dist-tags": { latest }, versions: Object.fromEntries(versions) };
  }
}
