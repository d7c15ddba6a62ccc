import * as assert from "node:assert/strict";
import fc from "fast-check";
import { formatMarkdown } from "../../operations/preview/markdown.ts";
import type { PreviewReport } from "../../operations/preview/report.ts";

/** GitHub refuses longer comments. */
const limit = 65_536;

function report(layers: number, others: string[] = []): PreviewReport {
  const names = Array.from({ length: layers }, (_, index) => `base.layer${index}`);
  return {
    stack: "dev",
    layers: ["base", ...names].map((id) => ({ id, action: "build", causes: [] })),
    machineImages: [],
    fleets: [],
    hosts: [],
    others,
    changes: true,
  };
}

describe("a preview for a pull request", () => {
  it("has the report, a graph and the engine's own preview, folded", () => {
    const text = formatMarkdown(report(1), "+ create");
    assert.match(text, /^<!-- immutable-fleets preview dev -->\n/);
    assert.match(text, /```mermaid\ngraph LR\n[^`]*L_base --> L_base_layer0[^`]*```\n/);
    assert.match(text, /<details><summary>[^]*~~~\n\+ create\n~~~[^]*<\/details>\n$/);
  });

  it("says first that the environment takes no changes, in words that are no markup", () => {
    const frozen = {
      by: "somebody",
      words: "frozen by Ann since then: the *sale* <b>",
      fix: "end it",
    } as const;
    const [, , , title, , line] = formatMarkdown({ ...report(1), frozen }, "").split("\n");
    assert.deepEqual(
      [title, line],
      ["**Frozen**", "- dev is frozen by Ann since then: the \\*sale\\* \\<b\\>; end it"],
    );
  });

  it("is never longer than a comment may be, says that it was cut, and leaves no block open", () => {
    const long = fc
      .string({ unit: "grapheme", minLength: 1, maxLength: 40 })
      .map((part) => part.repeat(4000));
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 2500 }),
        fc.array(fc.string(), { maxLength: 3 }),
        long,
        (layers, others, diff) => {
          const text = formatMarkdown(report(layers, others), diff);
          assert.ok(Buffer.byteLength(text) <= limit, `got ${Buffer.byteLength(text)} bytes`);
          const fences = text.match(/^(```|~~~)/gm) ?? [];
          assert.equal(fences.length % 2, 0);
          assert.ok(text.endsWith("</details>\n"));
          if (Buffer.byteLength(diff) > limit)
            assert.match(text, /cut here: the whole preview is in the job's artefact/);
        },
      ),
      { numRuns: 30 },
    );
  });
});
