import { deepEqual, equal, throws } from "node:assert/strict";
import fc from "fast-check";
import { nameBytes, nameText } from "../../../images/archive/nameText.ts";

describe("a name of a file as text", () => {
  it("has the same bytes again, whatever they are", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        deepEqual(nameBytes(nameText(Buffer.from(bytes))), Buffer.from(bytes));
      }),
    );
  });

  it("is UTF-8 where it can be", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        equal(nameText(Buffer.from(text)), text);
      }),
    );
    for (const [bytes, text] of [
      ["caf\xe9", "caf\udce9"],
      ["\xc3\xbc\xff", "ü\udcff"],
      ["\xed\xa0\x80", "\udced\udca0\udc80"],
      ["\xc0\x80", "\udcc0\udc80"],
      ["\xf0\x9f\xa6", "\udcf0\udc9f\udca6"],
    ] as const)
      equal(nameText(Buffer.from(bytes, "latin1")), text);
  });

  it("stands for bytes, or is refused", () => {
    throws(() => nameBytes("a\ud800"), {
      message: '"a\\ud800": expected the text of a name, got half a character; correct it',
    });
  });
});
