import { connect, constants, type ClientHttp2Session } from "node:http2";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { messageOf } from "../../work/message.ts";
import type { At } from "./asked.ts";

/** What became of requests by HTTP/2. */
export interface Http2Result {
  requests: number;
  /** Connections that they came on. */
  sessions: number;
  /** Asked again, since the other side said that it had not begun with them. */
  again: number;
  failures: string[];
}

interface Session {
  client: ClientHttp2Session;
  /** The last stream that the other side answers, once it has said that it goes. */
  last: number;
}

/** Requests by HTTP/2, several at once on one connection, for as long as the other side lets it live: as browsers ask. */
export class Http2Asking {
  readonly #at: At;
  readonly #host: string;
  readonly #path: string;
  readonly #ended = new AbortController();
  readonly #result: Http2Result = { requests: 0, sessions: 0, again: 0, failures: [] };
  readonly #running: Promise<unknown>;
  #session: Session | undefined;

  /** @param atOnce so many requests, each asked again 20 ms after its answer. */
  constructor(at: At, host: string, path: string, atOnce = 3) {
    [this.#at, this.#host, this.#path] = [at, host, path];
    this.#running = Promise.all(Array.from({ length: atOnce }, () => this.#ask()));
  }

  async end(): Promise<Http2Result> {
    this.#ended.abort();
    await this.#running;
    this.#session?.client.close();
    return this.#result;
  }

  async #ask(): Promise<void> {
    while (!this.#ended.signal.aborted) {
      const failure = await this.#one();
      this.#result.requests++;
      if (failure !== undefined) this.#result.failures.push(failure);
      await sleep(20);
    }
  }

  async #one(): Promise<string | undefined> {
    const session = this.#open();
    const stream = session.client.request({ ":authority": this.#host, ":path": this.#path });
    try {
      stream.setTimeout(30_000, () => {
        stream.destroy(new Error("no answer in 30 s"));
      });
      const [headers] = (await once(stream, "response")) as [Record<string, unknown>];
      await once(stream.resume(), "end");
      return headers[":status"] === 200 ? undefined : `status ${String(headers[":status"])}`;
    } catch (error) {
      const isRefused =
        stream.rstCode === constants.NGHTTP2_REFUSED_STREAM || (stream.id ?? 0) > session.last;
      if (!isRefused) return messageOf(error);
      this.#result.again++;
      return this.#one();
    }
  }

  #open(): Session {
    const present = this.#session;
    if (present && !present.client.closed && !present.client.destroyed && present.last === Infinity)
      return present;
    const { address, port, ca } = this.#at;
    const client = connect(`https://${address}:${port}`, {
      servername: this.#host,
      ...(ca !== undefined && { ca }),
    });
    const session: Session = { client, last: Infinity };
    client.on("goaway", (_code, last: number) => {
      session.last = Math.min(session.last, last === 2 ** 31 - 1 ? Number.MAX_SAFE_INTEGER : last);
      client.close();
    });
    client.on("error", () => undefined);
    this.#result.sessions++;
    return (this.#session = session);
  }
}
