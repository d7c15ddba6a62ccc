import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import * as path from "node:path";
import { execa } from "execa";
import type { Announcement } from "../../operations/announce/announcement.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import { certificateFor } from "../support/certificate.ts";

/** Somebody who is told of updates, by https, and believes only what is signed. */
export interface Receiver {
  readonly told: Announcement[];
  close(): void;
}

const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const signs = Buffer.from(secret.slice("whsec_".length), "base64");

/** Has a receiver, and a hook, told of the updates of dev. @param environment the settings of a stack. */
export async function receiverOf(sandbox: Sandbox, environment: (more: object) => string): Promise<Receiver> {
  const { certificate, key } = await certificateFor(["localhost"]);
  const told: Announcement[] = [];
  const server = createServer({ cert: certificate, key }, (request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (chunk: string) => (body += chunk));
    request.on("end", () => {
      const { "webhook-id": id, "webhook-timestamp": time, "webhook-signature": signature } = request.headers;
      const wanted = createHmac("sha256", signs)
        .update(`${String(id)}.${String(time)}.${body}`)
        .digest("base64");
      const isGood = signature === `v1,${wanted}`;
      if (isGood) told.push(JSON.parse(body) as Announcement);
      response.writeHead(isGood ? 204 : 401).end();
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const authority = path.join(sandbox.folder, ".cache/receiver.pem");
  writeFileSync(authority, certificate);
  sandbox.environment["NODE_EXTRA_CA_CERTS"] = authority;
  const url = `https://localhost:${(server.address() as AddressInfo).port}/updates`;
  const hooks = { after: ["sh", "-c", "cat >> told"] };
  writeFileSync(
    path.join(sandbox.folder, "Pulumi.dev.yaml"),
    environment({ hooks, webhook: { url, secret: "${secret:updates}", started: true } }),
  );
  await execa("node", ["commands/main.ts", "secrets", "set", "updates"], {
    ...{ cwd: sandbox.folder, env: sandbox.environment, input: secret },
  });
  return { told, close: () => server.close() };
}

/** The case of two updates of dev, of which the second changed nothing. */
export function tellsOf(of: () => { sandbox: Sandbox; receiver: Receiver }): void {
  it("is told to a receiver and a hook, signed, with what changed; an update that changed nothing is not", () => {
    const { sandbox, receiver } = of();
    const [started, ended, ...more] = receiver.told;
    assert.deepEqual([started?.type, ended?.type, more], ["update.started", "update.succeeded", []]);
    const { release, environment, images, fleets } = ended?.data ?? assert.fail();
    assert.deepEqual([release, environment], ["dev/1", "dev"]);
    assert.match(images.map(({ text }) => text).join("\n"), /^base\.python\.catalog (builds|is found)/m);
    const catalog = fleets.find(({ name }) => name === "catalog");
    const digest = /^sha256:[0-9a-f]{64}$/;
    assert.match(catalog?.to ?? "", digest);
    assert.deepEqual([catalog?.action, catalog?.boxesAfter], ["create", 1]);
    const lines = readFileSync(path.join(sandbox.folder, "told"), "utf8").trimEnd().split("\n");
    assert.deepEqual(
      lines.map((line) => JSON.parse(line) as Announcement),
      [ended],
    );
  });
}
