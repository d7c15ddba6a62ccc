import assert from "node:assert/strict";
import { createHmac, timingSafeEqual } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createSecureServer } from "node:https";
import type { AddressInfo } from "node:net";
import { webhookKey } from "../../../config/webhook.ts";
import { sendWebhook, usualPatience, webhookSignature } from "../../../operations/announce/webhook.ts";
import { certificateFor } from "../../support/certificate.ts";
import { anAnnouncement } from "./fixture.ts";

const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const key = webhookKey(secret) ?? assert.fail();

interface Seen {
  id: string;
  isGood: boolean;
  body: string;
}

/** As a receiver verifies: the signature over id, time and body, and a time that is now. */
async function verified(request: IncomingMessage): Promise<Seen> {
  let body = "";
  for await (const chunk of request.setEncoding("utf8")) body += String(chunk);
  const header = (name: string) => String(request.headers[name]);
  const [id, time] = [header("webhook-id"), header("webhook-timestamp")];
  const bytes = Buffer.from(secret.slice("whsec_".length), "base64");
  const wanted = createHmac("sha256", bytes).update(`${id}.${time}.${body}`).digest();
  const signatures = header("webhook-signature").split(" ");
  const isGood = signatures.some((each) => {
    const [version, value = ""] = each.split(",");
    const given = Buffer.from(value, "base64");
    return version === "v1" && given.length === wanted.length && timingSafeEqual(given, wanted);
  });
  return { id, isGood: isGood && Math.abs(Date.now() / 1000 - Number(time)) < 60, body };
}

describe("a webhook", () => {
  let server: Server;
  let url = "";
  let seen: Seen[] = [];
  let answers: ((response: ServerResponse) => void)[] = [];
  const status =
    (code: number, headers: Record<string, string> = {}) =>
    (response: ServerResponse) =>
      response.writeHead(code, headers).end();

  beforeEach(async () => {
    [seen, answers] = [[], []];
    server = createServer((request, response) => {
      void verified(request).then((each) => {
        const answer = answers[seen.push(each) - 1] ?? status(204);
        answer(response);
      });
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks/t0ken`;
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  const patience = { timeoutMilliseconds: 300, pausesMilliseconds: [10, 20, 40] };
  const send = (to = url, signing = key) =>
    sendWebhook({ url: to, key: signing, ...patience }, "msg_1", anAnnouncement());

  it("is signed as Standard Webhooks say: what their own library signs", () => {
    const signed = ["msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", '{"test":2432232314}'] as const;
    assert.equal(webhookSignature(key, ...signed), "v1,Vif40peJBP7Iyl0XGmu61n4MwdrcHov5CFREBpE0svs=");
  });

  it("arrives once, as JSON, and is verified by whoever knows the secret; not so by another one", async () => {
    assert.equal(await send(), undefined);
    assert.deepEqual(seen, [{ id: "msg_1", isGood: true, body: JSON.stringify(anAnnouncement()) }]);
    await send(url, Buffer.alloc(24));
    assert.equal(seen[1]?.isGood, false);
  });

  it("is sent again, with the same id, while the receiver cannot, or says nothing", async () => {
    answers = [status(503), () => undefined, status(429)];
    assert.equal(await send(), undefined);
    assert.deepEqual(
      seen.map(({ id, isGood }) => [id, isGood]),
      Array.from({ length: 4 }, () => ["msg_1", true]),
    );
  });

  it("is given up in bounded time, and says why without the address's path", async () => {
    answers = Array.from({ length: 9 }, () => () => undefined);
    const before = performance.now();
    assert.equal(await send(), "no answer in time");
    assert.ok(performance.now() - before < 5_000);
    assert.equal(seen.length, 4);
    server.closeAllConnections();
    server.close();
    await once(server, "close");
    assert.equal(await send(), "ECONNREFUSED");
    const { timeoutMilliseconds, pausesMilliseconds } = usualPatience;
    const longest = pausesMilliseconds.reduce(
      (sum, pause) => sum + pause + timeoutMilliseconds,
      timeoutMilliseconds,
    );
    assert.equal(longest, 47_000);
  });

  it("is not sent again where it is refused, nor to where it is sent on to", async () => {
    answers = [status(400), status(308, { location: url })];
    assert.equal(await send(), "status 400");
    assert.equal(await send(), "status 308");
    assert.equal(seen.length, 2);
  });

  it("is sent to nobody whose certificate is not trusted", async () => {
    const { certificate, key: own } = await certificateFor(["localhost"]);
    let requests = 0;
    const secure = createSecureServer({ cert: certificate, key: own }, (_request, response) => {
      requests += 1;
      response.end();
    }).listen(0, "127.0.0.1");
    await once(secure, "listening");
    const problem = await send(`https://localhost:${(secure.address() as AddressInfo).port}/`);
    secure.close();
    assert.deepEqual([problem, requests], ["DEPTH_ZERO_SELF_SIGNED_CERT", 0]);
  });

  it("is signed by no short secret, nor by what only looks like base64", () => {
    assert.deepEqual(webhookKey("x".repeat(24)), Buffer.from("x".repeat(24)));
    for (const weak of ["", "x".repeat(23), "whsec_", "whsec_c2hvcnQ=", `whsec_${"-".repeat(40)}`])
      assert.equal(webhookKey(weak), undefined, weak);
  });
});
