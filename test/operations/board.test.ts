import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { pathToFileURL } from "node:url";
import { execa } from "execa";
import fc from "fast-check";
import { parentOf, placeTree } from "../../operations/board/graph.ts";
import { differences, type Board } from "../../operations/board/model.ts";
import { boardPage } from "../../operations/board/page.ts";
import { mergeLayers } from "../../operations/board/read.ts";

const digest = (digit: string) => `sha256:${digit.repeat(64)}`;
const hostile = `<img src="http://evil.example/x" onerror='alert(1)'>`;
const board = (name = "dev"): Board => ({
  made: new Date("2026-01-01T00:00:00Z"),
  layers: mergeLayers([
    { stack: name, images: { base: digest("1"), "base.python": digest("2") } },
    { stack: "prod", images: { base: digest("1"), "base.python": digest("3") } },
  ]),
  stacks: [name, "prod"].map((each) => ({
    name: each,
    url: "http://127.0.0.1:8080",
    releases: ["dev/2"],
    fleets: [{ name: "catalog", image: digest("2"), boxes: 2 }],
    updates: [
      { start: new Date("2026-01-01T00:00:00Z"), seconds: 18, result: "succeeded", changes: "2 replaced" },
    ],
    drift: { stack: each, findings: [{ kind: "content", subject: each, what: "file added" }], unknown: [] },
  })),
  releases: [{ name: "dev/2", images: 4, runsIn: [name] }],
});

describe("the board", () => {
  it("tells what differs between environments", () => {
    const [difference, ...others] = differences(board());
    assert.deepEqual([difference?.what, others], ["layer base.python", []]);
    assert.match(boardPage(board()), /layer base\.python/);
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
            parentOf(id) === "" ? 0 : places.find((each) => each.id === parentOf(id))!.column + 1,
          );
      }),
    );
  });
});

describe("the board in a browser", function () {
  this.timeout("3m");
  const folder = mkdtempSync(path.join(tmpdir(), "immutable-fleets-board-"));
  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it("breaks none of its own rules and asks no host", async function () {
    const browser = await firstOf(["chromium", "chromium-browser", "google-chrome"]);
    if (browser === undefined) {
      console.log("      skipped: chromium: expected on PATH, got none");
      return void this.skip();
    }
    const page = path.join(folder, "board.html");
    const net = path.join(folder, "net.json");
    writeFileSync(page, boardPage(board(hostile)));
    const quiet = [
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
    ];
    const { stdout, stderr, exitCode } = await execa(
      browser,
      [
        ...["--headless", "--no-sandbox", "--disable-gpu", "--disable-sync", ...quiet],
        ...[
          `--user-data-dir=${path.join(folder, "profile")}`,
          "--enable-logging=stderr",
          `--log-net-log=${net}`,
        ],
        ...["--window-size=400,900", "--dump-dom", pathToFileURL(page).href],
      ],
      { reject: false, timeout: 120_000 },
    );
    assert.equal(exitCode, 0, stderr);
    assert.doesNotMatch(stderr, /Content.Security.Policy|CONSOLE/);
    assert.match(stdout, /<h3>&lt;img src=/);
    assert.doesNotMatch(readFileSync(net, "utf8"), /evil\.example/);
  });
});

async function firstOf(programs: string[]): Promise<string | undefined> {
  for (const program of programs)
    if (!(await execa(program, ["--version"], { reject: false })).failed) return program;
  return undefined;
}
