import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { pathToFileURL } from "node:url";
import { execa } from "execa";
import { chromium, type Browser, type BrowserContextOptions, type Page } from "playwright-core";
import { projectRoot } from "../../config/root.ts";
import { boardPage } from "../../operations/board/page.ts";
import { lowContrast } from "./fixture/contrast.ts";
import { board, hostile } from "./fixture/board.ts";

/** Where the screenshots are, for people to look at. */
const screenshots = path.join(projectRoot, ".cache/screenshots");
const phone = { viewport: { width: 360, height: 740 }, deviceScaleFactor: 2 };
const desk = { viewport: { width: 1280, height: 900 } };

describe("the board in a browser", function () {
  this.timeout("2m");
  const folder = mkdtempSync(path.join(tmpdir(), "immutable-fleets-board-"));
  const file = path.join(folder, "board.html");
  let browser: Browser;

  before(async function () {
    const executablePath = await firstOf(["chromium", "chromium-browser", "google-chrome"]);
    if (executablePath === undefined) {
      console.log("      skipped: chromium: expected on PATH, got none; apt-get install chromium");
      return void this.skip();
    }
    writeFileSync(file, boardPage(board(hostile)));
    mkdirSync(screenshots, { recursive: true });
    browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
  });

  after(async () => {
    // Undefined when the test was skipped.
    await (browser as Browser | undefined)?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Opens the page, sees that it breaks none of its own rules and asks no host, and keeps a picture of it. */
  async function open(name: string, options: BrowserContextOptions, look: (page: Page) => Promise<void>) {
    const context = await browser.newContext(options);
    const page = await context.newPage();
    const faults: string[] = [];
    page.on("console", (message) => faults.push(message.text()));
    page.on("pageerror", (error) => faults.push(error.message));
    page.on("request", (request) => {
      if (!request.url().startsWith("file:")) faults.push(request.url());
    });
    await page.goto(pathToFileURL(file).href);
    await page.screenshot({ path: path.join(screenshots, `board-${name}.png`), fullPage: true });
    await look(page);
    assert.deepEqual(faults, []);
    await context.close();
  }

  for (const colorScheme of ["light", "dark"] as const)
    it(`can be read when the system is ${colorScheme}, and shows names as text`, () =>
      open(colorScheme, { ...desk, colorScheme }, async (page) => {
        const background = await page.evaluate("getComputedStyle(document.body).backgroundColor");
        assert.equal(background, colorScheme === "dark" ? "rgb(15, 18, 22)" : "rgb(251, 251, 250)");
        assert.deepEqual(await page.evaluate(lowContrast), []);
        assert.equal(await page.getByRole("heading", { name: hostile, level: 3 }).count(), 2);
        assert.equal(await page.locator("img").count(), 0);
      }));

  it("fits a phone: only tables and the graph scroll, each by itself", () =>
    open("phone", { ...phone, colorScheme: "light" }, async (page) => {
      const width = await page.evaluate("document.documentElement.scrollWidth");
      assert.ok(Number(width) <= phone.viewport.width, `expected at most 360 px, got ${String(width)}`);
      const small = await page.evaluate(
        `[...document.querySelectorAll("nav a, summary")].map((each) => each.getBoundingClientRect().height).filter((height) => height < 24)`,
      );
      assert.deepEqual(small, []);
    }));

  it("is used by keyboard: to the content, along the sections, into each table that scrolls", () =>
    open("keyboard", { ...phone, colorScheme: "dark" }, async (page) => {
      const focused = () =>
        page.evaluate<string>(
          `(document.activeElement?.getAttribute("aria-label") ?? document.activeElement?.textContent ?? "").trim()`,
        );
      await page.keyboard.press("Tab");
      assert.equal(await focused(), "To the content");
      const link = page.getByRole("link", { name: "To the content" });
      assert.ok(
        ((await link.boundingBox())?.x ?? -1) >= 0,
        "expected the link to be seen while it has the focus",
      );
      const seen: string[] = [];
      for (let press = 0; press < 24; press++) {
        await page.keyboard.press("Tab");
        seen.push(await focused());
      }
      for (const name of ["Environments", "Last updates", "Graph of the layers", "Updates, newest first"])
        assert.ok(seen.includes(name), `expected "${name}" among ${seen.join(", ")}`);
      assert.equal(await page.evaluate("getComputedStyle(document.activeElement).outlineStyle"), "solid");
      const table = page.getByRole("region", { name: "Updates, newest first" });
      await table.focus();
      await page.keyboard.press("ArrowRight");
      await page.waitForTimeout(300);
      assert.ok(Number(await page.evaluate("document.activeElement.scrollLeft")) > 0);
      await page.getByText("The layers as a table").focus();
      await page.keyboard.press("Enter");
      assert.ok(await page.getByRole("rowheader", { name: "base.python.catalog", exact: true }).isVisible());
    }));

  it("tells a screen reader where it is, and what each figure belongs to", () =>
    open("reader", { ...desk, colorScheme: "light" }, async (page) => {
      const tree = await page.locator("body").ariaSnapshot();
      for (const line of [
        '- heading "Fleets" [level=1]',
        '- navigation "Sections"',
        '- heading "Last updates" [level=2]',
        '- columnheader "Failed requests"',
        '- img "Layers of all images, each standing on the one to its left; the table below says the same"',
        '- cell "1 of 20233"',
      ])
        assert.ok(tree.includes(line), `expected ${line} in\n${tree}`);
    }));
});

async function firstOf(programs: readonly string[]): Promise<string | undefined> {
  for (const program of programs) {
    const { stdout, failed } = await execa("which", [program], { reject: false });
    if (!failed) return stdout;
  }
  return undefined;
}
