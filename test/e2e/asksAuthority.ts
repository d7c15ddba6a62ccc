import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ask } from "../sandbox/ask.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import type { StatusReport } from "../../operations/status/report.ts";
import { Authority } from "./Authority.ts";
import { editEnvironment } from "./stackFile.ts";
import { stateId } from "./stateId.ts";

const hosts = ["catalog.localhost", "orders.localhost"];

/**
 * Has an edge that runs turn to an authority, and asks by its certificates then.
 * @param port of HTTPS, which the door has. @returns whether there is an authority for tests on this machine.
 */
export async function asksAuthority(sandbox: Sandbox, port: number): Promise<boolean> {
  const folder = mkdtempSync(path.join(tmpdir(), "authority-"));
  const authority = await Authority.make(`authority-${randomBytes(4).toString("hex")}`, folder);
  if ("missing" in authority) {
    console.log(`      skipped: ${authority.missing}`);
    return false;
  }
  try {
    await authority.start(stateId(sandbox, ":Container::door"), hosts);
    const ca = await authority.root();
    turnTo(sandbox, authority, port);
    const { exitCode, all: told } = await sandbox.run("commands/main.ts", "up");
    assert.equal(exitCode, 0, told);
    for (const host of hosts) await until(`have a certificate for ${host}`, () => answers(host, port, ca));
    await until("have noted them", async () => {
      const { stdout } = await sandbox.run("commands/main.ts", "status", "--format", "json");
      const { certificates = [] } = JSON.parse(stdout) as StatusReport;
      const issued = certificates.filter(({ tried, until: end }) => tried !== undefined && end !== undefined);
      return issued.map(({ name }) => name).join() === hosts.join();
    });
    const { all } = await sandbox.run("commands/main.ts", "status");
    assert.match(all, /^catalog\.localhost +\d{4}-\S+ \S+ UTC +\d{4}-\S+ \S+ UTC +issued$/m);
  } finally {
    await authority.dispose();
    rmSync(folder, { recursive: true });
  }
  return true;
}

/** The edge's image is its own, with lego. */
function turnTo(sandbox: Sandbox, { roots }: Authority, port: number): void {
  sandbox.edit("Pulumi.yaml", ({ config }: { config: { layers: { value: Record<string, object> } } }) => {
    config.layers.value["edge"] = { on: "haproxy", roles: ["lego"] };
  });
  editEnvironment(sandbox, ({ edge }) => {
    edge.layer = "edge";
    const { directory } = Authority;
    edge.tls = { port, acme: { email: "ops@example.com", acceptTerms: true, directory, roots } };
  });
}

function answers(host: string, port: number, ca: string): Promise<boolean> {
  return ask(port, { host, path: "/healthz", ca }).then(
    ({ status }) => status === 200,
    () => false,
  );
}

async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; !(await holds()); tries++) {
    assert.ok(tries < 200, `expected it to ${what}`);
    await sleep(500);
  }
}
