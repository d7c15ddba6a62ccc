import assert from "node:assert/strict";
import fc from "fast-check";
import { parentId, placeTree } from "../../operations/board/graph.ts";
import { stackDifferences } from "../../operations/board/model.ts";
import { boardPage } from "../../operations/board/page.ts";
import { boardLayers } from "../../operations/board/read.ts";
import { board, hostile } from "./fixture/board.ts";

describe("the board", () => {
  it("tells what differs between environments", () => {
    const names = stackDifferences(board()).map(({ what }) => what);
    assert.deepEqual(names, ["layer base.apache", "layer base.python", "layer base.python.catalog"]);
    assert.match(boardPage(board()), /layer base\.python/);
  });

  it("finds no difference in layers that a stack with a release does not name, but stands on", () => {
    const [dev, prod] = [{ base: "sha256:1", "base.python": "sha256:2" }, { "base.python": "sha256:2" }];
    const layers = boardLayers([
      { stack: "dev", images: dev },
      { stack: "prod", images: prod },
    ]);
    assert.deepEqual(stackDifferences({ ...board(), layers }), []);
  });

  it("shows names as text, whatever they hold", () => {
    const page = boardPage(board(hostile));
    assert.doesNotMatch(page, /<img/);
    assert.match(page, /&lt;img src=&quot;http:/);
  });

  it("has a language, a title, landmarks, and heads of rows and columns", () => {
    const page = boardPage(board());
    for (const part of [
      '<html lang="en">',
      "<title>",
      '<main id="main">',
      "<nav aria-label",
      'scope="row"',
      'scope="col"',
    ])
      assert.ok(page.includes(part), part);
    assert.equal(page.match(/<h1>/g)?.length, 1);
    for (const id of page.match(/(?<=href="#)[^"]+/g) ?? []) assert.ok(page.includes(`id="${id}"`), id);
  });

  it("allows neither scripts nor other hosts, and loads nothing", () => {
    const page = boardPage(board());
    assert.match(page, /default-src 'none'; style-src 'sha256-[\w+/=]+'/);
    assert.doesNotMatch(page, /<script|<link|\ssrc=|\sstyle=|@import|url\(/);
  });

  it("places no two layers alike, and each right of the one it stands on", () => {
    const ids = fc
      .array(fc.array(fc.constantFrom("a", "b", "c"), { minLength: 1, maxLength: 4 }), {
        minLength: 1,
        maxLength: 12,
      })
      .map((chains) => [
        ...new Set(chains.flatMap((chain) => chain.map((_, index) => chain.slice(0, index + 1).join(".")))),
      ]);
    fc.assert(
      fc.property(ids, (all) => {
        const places = placeTree(all);
        assert.equal(new Set(places.map(({ column, row }) => `${column}/${row}`)).size, all.length);
        for (const { id, column } of places)
          assert.equal(
            column,
            parentId(id) === "" ? 0 : places.find((each) => each.id === parentId(id))!.column + 1,
          );
      }),
    );
  });
});
