import { strict as assert } from "node:assert";
import { hash } from "node:crypto";
import { blockAction } from "../../../../images/publish/blocks/blockPlan.ts";

const digest = (text: string): Buffer => hash("sha256", text, "buffer");

describe("blockAction", () => {
  const a = digest("a");
  const rows: [string, Parameters<typeof blockAction>[0], string][] = [
    ["data, no parent", { zero: false, digest: a, parent: undefined, encrypted: false }, "write"],
    ["data over a zero block", { zero: false, digest: a, parent: "zero", encrypted: false }, "write"],
    ["other data", { zero: false, digest: a, parent: digest("b"), encrypted: false }, "write"],
    ["the same data", { zero: false, digest: a, parent: a, encrypted: true }, "unchanged"],
    ["zero, no parent", { zero: true, digest: undefined, parent: undefined, encrypted: false }, "zero"],
    ["zero over data", { zero: true, digest: undefined, parent: a, encrypted: false }, "write"],
    ["zero over zero", { zero: true, digest: undefined, parent: "zero", encrypted: false }, "zero"],
    [
      "zero, encrypted, no parent",
      { zero: true, digest: undefined, parent: undefined, encrypted: true },
      "write",
    ],
    [
      "zero over zero, encrypted",
      { zero: true, digest: undefined, parent: "zero", encrypted: true },
      "unchanged",
    ],
    ["zero over data, encrypted", { zero: true, digest: undefined, parent: a, encrypted: true }, "write"],
  ];
  for (const [name, facts, expected] of rows) {
    it(`${name}: ${expected}`, () => {
      assert.equal(blockAction(facts), expected);
    });
  }
});
