import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";
import { freePort } from "../sandbox/sandbox.ts";
import { debianProgram } from "./debianProgram.ts";

/** A registry for images. */
export interface Registry {
  /** Registry and path before the image's name. */
  prefix: string;
  /** What it has under a name and digest (or tag): the manifest. */
  manifest: (name: string, reference: string) => Promise<{ config: { digest: string } }>;
  stop: () => Promise<void>;
}

/** A registry for the tests of whose hook this is the context; they are skipped where there is none. */
export async function registryFor(hook: Mocha.Context): Promise<Registry> {
  const started = await startRegistry();
  if (!("missing" in started)) return started;
  console.log(`      skipped: ${started.missing}`);
  return hook.skip();
}

/** A registry on a free loopback port, which engines trust without TLS; or the reason why there is none. */
export async function startRegistry(): Promise<Registry | { missing: string }> {
  const found = await debianProgram("docker-registry", "usr/bin/docker-registry");
  if ("missing" in found) return found;
  const folder = mkdtempSync(path.join(tmpdir(), "registry-"));
  const port = await freePort();
  const file = path.join(folder, "config.yml");
  const storage = { filesystem: { rootdirectory: folder }, delete: { enabled: true } };
  writeFileSync(file, JSON.stringify({ version: "0.1", storage, http: { addr: `127.0.0.1:${port}` } }));
  const server = execa(found.program, ["serve", file], { reject: false, stdio: "ignore" });
  const address = `http://127.0.0.1:${port}/v2/`;
  const stop = async () => {
    server.kill();
    await server;
    rmSync(folder, { recursive: true, force: true });
  };
  for (let tries = 0; tries < 50; tries++) {
    const answers = await fetch(address).then(
      ({ ok }) => ok,
      () => false,
    );
    if (answers) return { prefix: `127.0.0.1:${port}/fleets`, manifest: manifestOf(address), stop };
    await sleep(100);
  }
  await stop();
  throw new Error("docker-registry: expected an answer within 5 s, got none");
}

function manifestOf(address: string): Registry["manifest"] {
  return async (name, reference) => {
    const accept = "application/vnd.docker.distribution.manifest.v2+json";
    const answer = await fetch(`${address}fleets/${name}/manifests/${reference}`, { headers: { accept } });
    if (!answer.ok) throw new Error(`${name} ${reference}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as { config: { digest: string } };
  };
}
