import assert from "node:assert/strict";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { vectors } from "../operations/audit/advisories.ts";
import { AptRepository } from "../registry/aptRepository.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";

/** No distribution has one of that name. */
const name = "fleet-ledger";
const [held, mended] = ["1.0-1", "1.0-1+u1"] as const;
const days = 40;
const since = new Date(Date.now() - days * 86_400_000).toISOString();

/** Of OSV, on either suite of the sample. */
const advisory = {
  ...{ id: "DSA-9000-1", upstream: ["CVE-2026-101"], published: since, modified: since },
  severity: [{ type: "CVSS_V3", score: vectors.high }],
  affected: ["Debian:12", "Debian:13"].map((ecosystem) => ({
    package: { ecosystem, name },
    ranges: [{ type: "ECOSYSTEM", events: [{ introduced: "0" }, { fixed: mended }] }],
  })),
};

/** Has the catalog's layer install the package `fleet-ledger` from a repository of the test's. @returns that repository. */
export async function ledgerIn(sandbox: Sandbox): Promise<AptRepository> {
  const repository = await AptRepository.start();
  await repository.publish({ [name]: held });
  const role = path.join(sandbox.folder, "playbooks/roles/ledger/tasks");
  mkdirSync(role, { recursive: true });
  const list = { dest: "/etc/apt/sources.list.d/own.list", content: `${repository.source}\n`, mode: "0644" };
  const tasks = [{ "ansible.builtin.copy": list }, { "ansible.builtin.apt": { name, update_cache: true } }];
  writeFileSync(path.join(role, "main.yml"), JSON.stringify(tasks));
  sandbox.edit("Pulumi.yaml", ({ config }: ProjectFile) => {
    config.layers.value.catalog.roles.unshift("ledger");
  });
  return repository;
}

/** The case of a hole in that package, which runs in dev and test by then. @param environment the settings of a stack that takes a release. */
export function refusesHoles(
  of: () => { sandbox: Sandbox; repository: AptRepository },
  environment: (more: object) => string,
): void {
  it("comes not to run where it has a hole that was mended long ago; freshen is the way to one without", async () => {
    const { sandbox, repository } = of();
    const run = async (...args: string[]) => {
      const { exitCode, all } = await sandbox.run("commands/main.ts", ...args);
      return { exitCode, all };
    };
    const folder = path.join(sandbox.folder, "advisories");
    mkdirSync(folder);
    writeFileSync(path.join(folder, `${advisory.id}.json`), JSON.stringify(advisory));
    sandbox.edit("Pulumi.yaml", ({ config }: ProjectFile) => {
      config.advisories = { value: { own: { format: "osv", path: "advisories" } } };
    });
    const about = `${days} days), got ${held} in catalog; npm run freshen -- --layer catalog and up where it is built`;
    const refused = `layers.catalog: expected ${name} ${mended} or newer (CVE-2026-101; high; mended since ${since.slice(0, 10)}, ${about}`;
    const audited = await run("audit", "--fetch", "catalog");
    assert.equal(audited.exitCode, 2, audited.all);
    assert.match(audited.all, /^catalog +fleet-ledger +1\.0-1 +1\.0-1\+u1 +high .* CVE-2026-101 +catalog$/m);
    const third = path.join(sandbox.folder, "Pulumi.third.yaml");
    writeFileSync(third, environment({ promoteFrom: "dev", release: "dev/1" }));
    const up = await run("up", "--stack", "third");
    assert.equal(up.exitCode, 1, up.all);
    assert.ok(up.all.includes(refused), up.all);
    assert.match(up.all, /^third: the images have 1 problem .*; nothing was created or changed:$/m);
    rmSync(third);
    await repository.publish({ [name]: mended }, "Debian-Security");
    const freshened = await run("freshen", "--layer", "catalog", "--only", "security");
    assert.equal(freshened.exitCode, 0, freshened.all);
    assert.match(freshened.all, /^ +fleet-ledger 1\.0-1 → 1\.0-1\+u1 \(security\)$/m);
    // What comes next is not about holes.
    rmSync(folder, { recursive: true });
    sandbox.edit("Pulumi.yaml", ({ config }: ProjectFile) => {
      delete config.advisories;
    });
  });
}

interface ProjectFile {
  config: { layers: { value: { catalog: { roles: string[] } } }; advisories?: { value: object } };
}
