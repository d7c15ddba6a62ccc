import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { execa } from "execa";
import { projectRoot } from "../../config/root.ts";
import { dnfNews } from "../../operations/freshen/dnf.ts";
import { DnfRepository } from "../registry/dnfRepository.ts";

const repo = "[second]\nname=second\nbaseurl=file:///srv/second\ngpgcheck=0\n";

const advisory = `<?xml version="1.0"?>
<updates><update from="t@example.org" status="stable" type="security" version="1">
<id>T-2026:1</id><title>second</title><issued date="2026-11-28 00:00:00"/><severity>Important</severity>
<pkglist><collection short="t"><name>t</name>
<package name="second" version="1.1" release="1" epoch="0" arch="noarch"><filename>second-1.1-1.noarch.rpm</filename></package>
</collection></pkglist></update></updates>`;

/**
 * What dnf in an image has newer than `second 1.0-1`, which is in it: as dnf itself says, with digests, and whether an advisory of security is
 * between.
 */
export async function newerByDnf(image: string): Promise<void> {
  const repository = new DnfRepository();
  try {
    await repository.publish({ second: ["1.0-1", "1.1-1", "1.2-1"], third: "2-1" });
    const digest = (version: string) => ({ version, sha256: repository.digest("second", version) });
    const plain = await withRepository(image, repository.served, (own) =>
      dnfNews("freshen", own, projectRoot),
    );
    const found = { name: "second:noarch", installed: "1.0-1", candidate: "1.2-1" };
    assert.deepEqual(plain?.upgrades, [{ ...found, security: false }]);
    const all = ["1.0-1", "1.1-1", "1.2-1"].map(digest);
    assert.deepEqual(plain.indexed.packages.get("second:noarch")?.toSorted(byVersion), all);
    assert.deepEqual([...plain.indexed.packages.keys()], ["second:noarch"]);
    const index = plain.indexed.indexes["second"];
    assert.match(`${index?.date ?? ""} ${index?.sha256 ?? ""}`, /^20\d\d-\S+Z [0-9a-f]{64}$/);

    writeFileSync(path.join(repository.served, "updateinfo.xml"), advisory);
    await execa("modifyrepo_c", ["updateinfo.xml", "repodata"], { cwd: repository.served });
    await withRepository(image, repository.served, async (own) => {
      const fixing = await dnfNews("lock", own, projectRoot, ["third:noarch"]);
      assert.deepEqual(fixing?.upgrades, [{ ...found, security: true }]);
      assert.deepEqual([...fixing.indexed.packages.keys()].sort(), ["second:noarch", "third:noarch"]);
      const run = ["run", "--rm", "--entrypoint", "dnf", own, "--quiet"];
      const said = await execa("docker", [...run, "check-update"], { reject: false });
      assert.match(said.stdout, /^second\.noarch +1\.2-1 +second$/m);
    });
    await assert.rejects(
      withRepository(image, path.join(repository.served, "repodata"), (own) =>
        dnfNews("freshen", own, projectRoot),
      ),
      /^Error: freshen: expected dnf to say what the repositories of sha256:\S+ have, got .*second.*; see that they can be reached$/,
    );
  } finally {
    repository.remove();
  }
}

const byVersion = (a: { version: string }, b: { version: string }) => (a.version < b.version ? -1 : 1);

/** An image with a folder as one of its repositories, and no other, for a while. */
async function withRepository<T>(
  image: string,
  served: string,
  use: (own: string) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(path.join(tmpdir(), "fleet-repo-"));
  const docker = async (...args: string[]) => (await execa("docker", args)).stdout;
  const box = await docker("create", image);
  let own: string | undefined;
  try {
    mkdirSync(path.join(folder, "yum.repos.d"));
    writeFileSync(path.join(folder, "yum.repos.d/second.repo"), repo);
    await docker("cp", path.join(folder, "yum.repos.d"), `${box}:/etc/`);
    await docker("cp", served, `${box}:/srv/second`);
    own = await docker("commit", box);
    return await use(own);
  } finally {
    await docker("rm", box);
    if (own !== undefined) await docker("image", "rm", own);
    rmSync(folder, { recursive: true, force: true });
  }
}
