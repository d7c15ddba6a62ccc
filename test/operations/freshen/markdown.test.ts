import * as assert from "node:assert/strict";
import fc from "fast-check";
import type { FreshenReport } from "../../../operations/freshen/look.ts";
import { newsMarkdown } from "../../../operations/freshen/markdown.ts";

const none: FreshenReport = {
  news: [],
  dependencies: [],
  pinned: [],
  affected: {},
  updates: {},
  relocked: [],
};

function of(layer: string, name: string, security = true) {
  return { layer, name, installed: "1.0-1", candidate: "1.0-2", security };
}

describe("what freshen says in a pull request", () => {
  it("names the packages in its heading, and what is built and swapped for them", () => {
    const news = [
      of("base", "openssl"),
      of("base", "curl"),
      of("apache", "apache2"),
      of("apache", "libapr1"),
    ];
    const affected = { base: "9 layers, 3 fleets", apache: "2 layers, 1 fleet" };
    const pinned = [{ layer: "legacy", source: "from.archive", count: 2, security: 1 }];
    assert.equal(
      newsMarkdown({ ...none, news, affected, pinned }),
      [
        "### Security updates: openssl, curl, apache2 and 1 more",
        "",
        "| layer | package | from | to | |",
        "| - | - | - | - | - |",
        "| `base` | `openssl` | 1.0-1 | 1.0-2 | security |",
        "| `base` | `curl` | 1.0-1 | 1.0-2 | security |",
        "| `apache` | `apache2` | 1.0-1 | 1.0-2 | security |",
        "| `apache` | `libapr1` | 1.0-1 | 1.0-2 | security |",
        "",
        "What is built again, and swapped after it:",
        "",
        "- `base`: 9 layers, 3 fleets",
        "- `apache`: 2 layers, 1 fleet",
        "",
        "- legacy: 2 newer packages, 1 of them for security, which its from.archive does not bring; name a newer one",
        "",
      ].join("\n"),
    );
    assert.match(newsMarkdown({ ...none, news: [of("base", "bash", false)] }), /^### Newer packages: bash\n/);
    assert.equal(newsMarkdown(none), "### Newer packages\n\nNothing is newer.\n");
    const relocked = Array.from({ length: 22 }, (_, index) => `base: p${index}:all 1 → 2`);
    const lines = newsMarkdown({ ...none, relocked }).split("\n");
    assert.equal(lines.length, 26);
    assert.deepEqual(lines.slice(4, 5), [
      "- base: p0:all 1 → 2 in the lock, since it could not be built as it was locked; commit it",
    ]);
    assert.match(lines.at(-2) ?? "", /^- 2 more packages in the lock, /);
  });

  it("is never longer than a description may be, and says what it left out", () => {
    const name = fc.stringMatching(/^[a-z0-9.+-]{2,60}$/);
    fc.assert(
      fc.property(fc.array(name, { minLength: 1, maxLength: 3000 }), (names) => {
        const text = newsMarkdown({ ...none, news: names.map((each) => of("base", each)) });
        assert.ok(text.length <= 65_536, `got ${text.length} characters`);
        const rows = text.match(/^\| `base`/gm)?.length ?? 0;
        const left = Number(/^(\d+) more are in the lock file/m.exec(text)?.[1] ?? 0);
        assert.equal(rows + left, names.length);
      }),
      { numRuns: 20 },
    );
  });
});
