import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ask } from "../sandbox/ask.ts";
import { exactUp } from "../sandbox/exact.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import type { StatusReport } from "../../operations/status/report.ts";
import { Authority } from "./Authority.ts";
import { editEnvironment } from "./stackFile.ts";
import { stateId } from "./stateId.ts";

const hosts = ["catalog.localhost", "orders.localhost"];

/**
 * Has an edge turn to an authority, which is away at first; asks by its certificates then.
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
    turnTo(sandbox, authority, port);
    const told = await exactUp(sandbox);
    assert.match(told, /ContainerFleet acme created/);
    await until("say that the authority is away", async () => {
      const { all } = await sandbox.run("commands/main.ts", "status");
      return /^catalog\.localhost +none yet +\d{4}-.* UTC +.*(no such host|server misbehaving)/m.test(all);
    });
    await authority.start(await stateId(sandbox, ":Container::door"), hosts);
    const ca = await authority.root();
    for (const host of hosts) await until(`have a certificate for ${host}`, () => answers(host, port, ca));
    const { stdout } = await sandbox.run("commands/main.ts", "status", "--json");
    const { certificates = [] } = JSON.parse(stdout) as StatusReport;
    assert.deepEqual(
      certificates.map(({ name, failures, error }) => ({ name, failures, error })),
      hosts.map((name) => ({ name, failures: 0, error: undefined })),
    );
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
