import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { execa } from "execa";
import { sha256 } from "../../plan/digest.ts";

/** A repository of RPM packages that a test publishes, in a folder. */
export class DnfRepository {
  readonly #folder = mkdtempSync(path.join(tmpdir(), "fleet-dnf-"));
  readonly served = path.join(this.#folder, "served");

  /** Has these packages in this version each, or in several, and no others. @param depends by name: what a package needs. */
  async publish(
    versions: Readonly<Record<string, string | readonly string[]>>,
    depends: Readonly<Record<string, string>> = {},
    text = "",
  ): Promise<void> {
    rmSync(this.served, { recursive: true, force: true });
    mkdirSync(this.served);
    for (const [name, all] of Object.entries(versions))
      for (const version of [all].flat()) await this.#make(name, version, depends[name], text);
    const index = ["--quiet", "--no-database", "--simple-md-filenames", "."];
    await execa("createrepo_c", index, { cwd: this.served });
  }

  /** Hexadecimal SHA-256 of a package's file. */
  digest(name: string, version: string): string {
    const file = readdirSync(this.served).find((each) => each.startsWith(`${name}-${version}.`)) ?? "";
    return sha256(readFileSync(path.join(this.served, file)));
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #make(name: string, version: string, depends: string | undefined, text: string): Promise<void> {
    const file = path.join(this.#folder, "nfpm.yaml");
    writeFileSync(path.join(this.#folder, "text"), `${name} ${version}${text}\n`);
    const [own = "", release = "1"] = version.split("-");
    const content = { src: "text", dst: `/opt/${name}/text`, file_info: { mtime: "2025-01-01T00:00:00Z" } };
    const described = {
      ...{
        name,
        arch: "all",
        version: own,
        release,
        version_schema: "none",
        maintainer: "T <t@example.org>",
      },
      ...{ description: "T", contents: [content], mtime: "2025-01-01T00:00:00Z" },
      ...(depends !== undefined && { depends: [depends] }),
    };
    writeFileSync(file, JSON.stringify(described));
    const env = { SOURCE_DATE_EPOCH: "1735689600" };
    const args = ["package", "--config", file, "--packager", "rpm", "--target", `${this.served}/`];
    await execa("nfpm", args, { cwd: this.#folder, env });
  }
}
