import { deepEqual, equal } from "node:assert/strict";
import fc from "fast-check";
import { parse, stringify } from "yaml";
import { withEntry } from "../../../operations/new/insert.ts";

describe("an entry more in a YAML text", () => {
  it("is the last line of its map; all else stays, to the byte", () => {
    const text = [
      "name: shop # ours",
      "layers:",
      "  # Lowest first.",
      "  base: {from: x}   # the base",
      "  web:",
      "    on: base",
      "    text: |",
      "      of several",
      "      lines",
      "",
      "  # What follows.",
      "fleets: {}",
      "last: {a: 1}",
      "",
    ].join("\n");
    equal(
      withEntry(text, ["layers"], "shop", { on: "base", roles: ["shop"] }),
      text.replace("      lines\n", "      lines\n  shop: { on: base, roles: [shop] }\n"),
    );
    equal(withEntry("a:\n  b: 1 # one", ["a"], "c", 2), "a:\n  b: 1 # one\n  c: 2\n");
  });

  it("is in a map of one line, an empty one, or one that was not there", () => {
    for (const [text, place, expected] of [
      ["a: { b: 1 } # x\n", ["a"], { a: { b: 1, new: [1] } }],
      ["a: {}\n", ["a"], { a: { new: [1] } }],
      ["a:\n", ["a"], { a: { new: [1] } }],
      ["a: 1\n", ["b", "c"], { a: 1, b: { c: { new: [1] } } }],
    ] as const)
      deepEqual(parse(withEntry(text, place, "new", [1])), expected);
  });

  it("adds just that, whatever the text is", () => {
    const value = fc.letrec((tie) => ({
      any: fc.oneof(
        { maxDepth: 3 },
        fc.string(),
        fc.integer(),
        tie("map"),
        fc.array(tie("any"), { maxLength: 3 }),
      ),
      map: fc.dictionary(fc.stringMatching(/^[a-z]{1,5}$/), tie("any"), { maxKeys: 4 }),
    }));
    const indented = fc.constantFrom(2, 3, 4);
    fc.assert(
      fc.property(value.map, value.map, indented, (map, other, indent) => {
        const text = stringify({ first: map, other }, { indent });
        const document = parse(text) as { first: object };
        const written = withEntry(text, ["first"], "NEW", { on: "base" });
        deepEqual(parse(written), { ...document, first: { ...document.first, NEW: { on: "base" } } });
        if (Object.keys(map).length > 0) equal(written.replace(/^ +NEW: \{ on: base \}\n/m, ""), text);
      }),
    );
  });
});
