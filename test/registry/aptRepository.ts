import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { networkInterfaces, tmpdir } from "node:os";
import * as path from "node:path";
import { execa } from "execa";
import { sha256 } from "../../plan/digest.ts";

/** A repository of Debian packages that a test publishes, as boxes and build containers on the engine's default bridge reach it. */
export class AptRepository {
  readonly #folder = mkdtempSync(path.join(tmpdir(), "fleet-apt-"));
  readonly #served = path.join(this.#folder, "served");
  readonly #server: Server;

  private constructor() {
    mkdirSync(this.#served);
    this.#server = createServer((request, response) => {
      const file = path.join(this.#served, path.basename(decodeURIComponent(request.url ?? "")));
      if (existsSync(file)) response.end(readFileSync(file));
      else response.writeHead(404).end();
    });
  }

  static async start(): Promise<AptRepository> {
    const repository = new AptRepository();
    await new Promise<void>((resolve) => repository.#server.listen(0, "0.0.0.0", resolve));
    return repository;
  }

  /** The line of a list of sources. */
  get source(): string {
    const host = networkInterfaces()["docker0"]?.[0]?.address ?? "172.17.0.1";
    return `deb [trusted=yes] http://${host}:${(this.#server.address() as AddressInfo).port} ./`;
  }

  /**
   * Has these packages in this version each, or in several, and no others.
   * @param label `Debian-Security`: they are updates of security.
   * @param depends by name: what a package needs.
   */
  async publish(
    versions: Readonly<Record<string, string | readonly string[]>>,
    label = "Debian",
    depends: Readonly<Record<string, string>> = {},
  ): Promise<void> {
    this.empty();
    for (const [name, all] of Object.entries(versions))
      for (const wanted of [all].flat()) await this.#make(name, wanted, depends[name]);
    writeFileSync(path.join(this.#served, "Packages"), `${await this.#index("packages", ".")}\n`);
    const fields = { Origin: "Debian", Label: label, Suite: "stable", Version: "12" };
    const own = Object.entries(fields).flatMap(([key, value]) => [
      ...["-o", `APT::FTPArchive::Release::${key}=${value}`],
    ]);
    writeFileSync(path.join(this.#served, "Release"), `${await this.#index(...own, "release", ".")}\n`);
  }

  /** Hexadecimal SHA-256 of a package's file. */
  digest(name: string, version: string): string {
    return sha256(readFileSync(`${this.#served}/${name}_${version}.deb`));
  }

  /** Has nothing any more, not even lists. */
  empty(): void {
    rmSync(this.#served, { recursive: true, force: true });
    mkdirSync(this.#served);
  }

  close(): void {
    this.#server.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #make(name: string, version: string, depends?: string): Promise<void> {
    const tree = path.join(this.#folder, `tree-${name}`);
    mkdirSync(path.join(tree, "DEBIAN"), { recursive: true });
    const control = `Package: ${name}\nVersion: ${version}\nArchitecture: all\nMaintainer: T <t@example.org>\n${depends === undefined ? "" : `Depends: ${depends}\n`}Description: ${this.#folder}\n`;
    writeFileSync(path.join(tree, "DEBIAN/control"), control);
    const file = `${this.#served}/${name}_${version}.deb`;
    // The same version is the same file, whenever it is published.
    const env = { SOURCE_DATE_EPOCH: "1735689600" };
    await execa("dpkg-deb", ["--root-owner-group", "--build", tree, file], { env });
  }

  async #index(...args: string[]): Promise<string> {
    return (await execa("apt-ftparchive", args, { cwd: this.#served })).stdout;
  }
}
