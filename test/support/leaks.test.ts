import { deepEqual, equal } from "node:assert/strict";
import fc from "fast-check";
import { formsOf, leaksIn } from "./leaks.ts";

const secret = fc
  .string({ unit: "grapheme", minLength: 12, maxLength: 40 })
  .filter((text) => text.isWellFormed());
const around = fc.string({ maxLength: 20 });
const ways: Record<string, (text: string) => string> = {
  bytes: (text) => text,
  JSON: (text) => JSON.stringify({ a: text }),
  "a URL": (text) => `http://u:${encodeURIComponent(text)}@h/`,
  "a form": (text) => new URLSearchParams({ a: text }).toString(),
};

describe("the search for secrets in what a run leaves", () => {
  for (const [name, write] of Object.entries(ways))
    it(`finds one in ${name}`, () => {
      fc.assert(
        fc.property(secret, around, around, (text, before, after) => {
          equal(leaksIn({ log: before + write(text) + after }, { it: text }).length, 1);
        }),
      );
    });

  it("finds one in base64, wherever it begins in what was encoded", () => {
    fc.assert(
      fc.property(secret, around, around, fc.boolean(), (text, before, after, url) => {
        const encoded = Buffer.from(before + text + after).toString(url ? "base64url" : "base64");
        equal(leaksIn({ log: encoded }, { it: text }).length, 1);
      }),
    );
  });

  it("names places and secrets, and finds none where there is none", () => {
    const texts = { log: "nothing", state: "x hunter2-hunter2 y" };
    deepEqual(leaksIn(texts, { token: "hunter2-hunter2" }), ["state has the secret token"]);
    equal(formsOf("hunter2-hunter2").includes("hunter2-hunter2"), true);
  });
});
