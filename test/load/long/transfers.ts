import { createHash } from "node:crypto";
import { once } from "node:events";
import { request, type IncomingMessage, type RequestOptions } from "node:http";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import type { Exchange, Exchanging } from "./Exchange.ts";

const host = "catalog.localhost";
const partBytes = 2 ** 18;

/** Uploads so many bytes at that pace, and looks whether those arrived. */
export function upload(bytes: number, bytesPerSecond: number): Exchanging {
  return async (exchange) => {
    const sent = begin(exchange, "/long/upload", {
      method: "PUT",
      headers: { host, "content-length": bytes },
    });
    const answered = answerOf(sent, exchange);
    const hash = createHash("sha256");
    // Whoever does not take it has answered, or broken the connection: what the answer says, then.
    const isOver = answered.then(
      () => true,
      () => true,
    );
    const started = performance.now();
    for (let done = 0; done < bytes;) {
      const part = Buffer.alloc(Math.min(partBytes, bytes - done), exchange.mark + String(done));
      hash.update(part);
      done += part.length;
      const taken = sent.write(part) ? sleep(0, false) : once(sent, "drain").then(() => false);
      if (await Promise.race([taken, isOver])) break;
      await sleep(Math.max(0, (done / bytesPerSecond) * 1000 - (performance.now() - started)));
    }
    sent.end();
    const said = await text(await answered);
    const expected = { bytes, sha256: hash.digest("hex") };
    if (!isDeepStrictEqual(JSON.parse(said), expected))
      throw new Error(`expected ${JSON.stringify(expected)}, got ${said}`);
  };
}

/** Takes so many bytes no faster than that. */
export function download(bytes: number, bytesPerSecond: number): Exchanging {
  return async (exchange) => {
    const sent = begin(exchange, `/long/download?bytes=${bytes}`, { headers: { host } });
    sent.end();
    const started = performance.now();
    let done = 0;
    for await (const part of await answerOf(sent, exchange)) {
      done += (part as Buffer).length;
      await sleep(Math.max(0, (done / bytesPerSecond) * 1000 - (performance.now() - started)));
    }
    if (done !== bytes) throw new Error(`expected ${bytes} bytes, got ${done}`);
  };
}

/** Takes lines that come one after the other. */
export function stream(lines: number): Exchanging {
  return async (exchange) => {
    const sent = begin(exchange, `/long/stream?lines=${lines}`, { headers: { host } });
    sent.end();
    const got = await text(await answerOf(sent, exchange));
    const expected = Array.from({ length: lines }, (_, line) => `${line}\n`).join("");
    if (got !== expected) throw new Error(`expected ${lines} lines, got ${got.split("\n").length - 1}`);
  };
}

function begin({ at: { address, port } }: Exchange, path: string, options: RequestOptions) {
  const sent = request({ host: address, port, path, agent: false, ...options });
  // `answerOf` tells of it.
  sent.on("error", () => undefined);
  return sent;
}

async function answerOf(sent: ReturnType<typeof request>, { heard }: Exchange): Promise<IncomingMessage> {
  const [answer] = (await once(sent, "response")) as [IncomingMessage];
  heard(String(answer.headers["x-box"]));
  if (answer.statusCode === 200 || answer.statusCode === 201) return answer;
  answer.resume();
  throw new Error(`status ${answer.statusCode}`);
}
