import { deepEqual, equal } from "node:assert/strict";
import { publicPort } from "../../config/edge.ts";
import { edgeConfiguration, type EdgePlan } from "../../fleets/edge/configuration.ts";
import { askedOfHaproxy, type Asked } from "./askedOfHaproxy.ts";
import { application } from "./edgePlans.ts";

const addresses = Array.from({ length: 3 }, (_, index) => `127.1.${process.pid % 250}.${index + 1}`);
const plan: EdgePlan = {
  applications: [application("shop", 28417, { public: true, sticky: true })],
  slots: {},
  hosts: {
    shop: addresses.map((address, index) => ({ server: `host-${index}`, address, backup: false })),
  },
  proxies: [],
  drainSeconds: 30,
};
const any: Asked = { host: "shop.example", path: "/" };
const kept: Asked = { ...any, isKept: true };
const many = (request: Asked) => Array.from({ length: 6 }, () => request);

describe("The edge's cookie", function () {
  this.timeout(60_000);

  it("keeps a client with a box while that is there, then with another, and no other client", async function () {
    const text = edgeConfiguration(plan);
    const requests = [...many(kept), ...many(any), kept, { ...kept, isLost: true }, ...many(kept)];
    const [first, next] = await askedTwice(this, text, requests);
    const boxes = first.map(({ box }) => box ?? "");
    equal(
      first.every(({ status, cookie }) => status === 200 && cookie === undefined),
      true,
    );
    deepEqual(new Set(boxes.slice(0, 6)), new Set([boxes[12]]));
    deepEqual(new Set(boxes.slice(6, 12)), new Set(addresses));
    const [other = "", ...others] = boxes.slice(13);
    equal(other !== boxes[12], true);
    deepEqual(new Set(others), new Set([other]));
    deepEqual(
      [0, 1, 13, 14].map((index) => first[index]?.sets?.replace(/=\w+/, "=…")),
      [
        "box-of-shop=…; path=/; HttpOnly; SameSite=Lax",
        undefined,
        "box-of-shop=…; path=/; HttpOnly; SameSite=Lax",
        undefined,
      ],
    );
    // The next edge means the same boxes by the same cookies.
    const cookieOf = (answers: typeof first) =>
      Object.fromEntries(
        answers.flatMap(({ box, sets }) => (sets === undefined ? [] : [[box ?? "", sets] as const])),
      );
    deepEqual(cookieOf(next), { ...cookieOf(next), ...cookieOf(first) });
  });

  it("is for TLS alone where all else is sent there", () => {
    const cookies = (tls: EdgePlan["tls"]) =>
      edgeConfiguration({ ...plan, ...(tls && { tls }) })
        .split("\n")
        .filter((line) => line.startsWith("  cookie "));
    const line = (secure: string) =>
      `  cookie box-of-shop insert indirect nocache httponly${secure} attr SameSite=Lax dynamic`;
    deepEqual(cookies(undefined), [line(""), line("")]);
    deepEqual(cookies({ port: 443, redirect: false }), [line(""), line("")]);
    deepEqual(cookies({ port: 443, redirect: true }), [line(" secure"), line(" secure")]);
  });
});

/** By two edges, one after the other. */
async function askedTwice(test: Mocha.Context, text: string, requests: readonly Asked[]) {
  const one = { text, listens: publicPort, requests };
  const answered = await askedOfHaproxy([one, { ...one, requests: many(any) }]);
  if ("missing" in answered) {
    console.log(`      skipped: ${answered.missing}`);
    return test.skip();
  }
  const [first = [], next = []] = answered;
  return [first, next] as const;
}
