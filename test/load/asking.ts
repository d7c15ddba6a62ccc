import { Agent } from "node:http";
import { Agent as AgentByTls } from "node:https";
import { setTimeout as sleep } from "node:timers/promises";
import { messageOf } from "../../work/message.ts";
import { ask, type Question } from "../sandbox/ask.ts";
import type { Asked, At } from "./asked.ts";

interface Kind extends Question {
  application: string;
  expected: number;
}

const answerSeconds = 60;

/** Requests at a steady pace, half of them on kept connections, some of two seconds and some POST, until they are ended. */
export class Asking {
  readonly #at: At;
  readonly #mark: string;
  readonly #kept: Agent;
  readonly #ended = new AbortController();
  readonly #running: Promise<void>;
  #count = 0;
  #asked: Promise<Asked>[] = [];

  /** @param mark a text that no orders of before begin with. */
  constructor(at: At, mark: string, everyMilliseconds = 50) {
    this.#at = at;
    this.#mark = mark;
    const kept = { keepAlive: true, maxFreeSockets: 8 };
    this.#kept = at.ca === undefined ? new Agent(kept) : new AgentByTls(kept);
    this.#running = (async () => {
      while (!this.#ended.signal.aborted) {
        this.#asked.push(this.#one(this.#count++));
        await sleep(everyMilliseconds);
      }
    })();
  }

  /** All that began since it was last asked, when the last of them has ended. Others begin meanwhile. */
  take(): Promise<Asked[]> {
    const asked = this.#asked;
    this.#asked = [];
    return Promise.all(asked);
  }

  /** Begins no more. */
  async end(): Promise<void> {
    this.#ended.abort();
    await this.#running;
    await Promise.all(this.#asked);
    this.#kept.destroy();
  }

  async #one(number: number): Promise<Asked> {
    const order = `${this.#mark}-${number}`;
    const { application, expected, ...question } = kindOf(number, order);
    const agent = number % 2 === 0 ? {} : { agent: this.#kept };
    const began = performance.now();
    const failure = await failureOf(this.#at, { ...question, ...agent }, expected);
    return {
      ...{ what: `${question.method ?? "GET"} of ${application}`, application },
      ...{ began, ended: performance.now() },
      ...(failure !== undefined && { failure }),
      ...(question.method === "POST" && { order }),
    };
  }
}

/** Each of them comes on connections of its own and on kept ones. */
function kindOf(number: number, order: string): Kind {
  const catalog = { application: "catalog", host: "catalog.localhost", expected: 200 };
  const orders = { application: "orders", host: "orders.localhost", path: "/orders" };
  const body = JSON.stringify({ product: order });
  const kinds: Kind[] = [
    { ...catalog, path: "/products/rope" },
    { ...orders, method: "POST", body, expected: 201 },
    { application: "site", host: "localhost", path: "/", expected: 200 },
    { ...orders, expected: 200 },
    { ...catalog, path: number % 2 === 0 ? "/slow?seconds=2" : "/products" },
  ];
  return kinds[number % kinds.length] as Kind;
}

async function failureOf(
  { address, port, ca }: At,
  question: Question,
  expected: number,
): Promise<string | undefined> {
  try {
    const by = { address, timeoutSeconds: answerSeconds, ...(ca !== undefined && { ca }) };
    const { status } = await ask(port, { ...question, ...by });
    return status === expected ? undefined : `status ${status}`;
  } catch (error) {
    return messageOf(error);
  }
}
