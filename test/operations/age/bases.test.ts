import { deepEqual, equal, match } from "node:assert/strict";
import { agedBases, agedBasesIn, describeBase } from "../../../operations/age/bases.ts";
import { supportDrift } from "../../../operations/drift/finding/support.ts";
import { formatMarkdown } from "../../../operations/preview/markdown.ts";
import { statusNotes } from "../../../operations/status/notes.ts";
import { formatStatus } from "../../../operations/status/text.ts";
import type { BoxStatus } from "../../../operations/status/report.ts";
import { knownSeries } from "../../../plan/distributions/series.ts";
import { ProofPlace } from "../../images/proof/fixture.ts";
import { provedChain } from "../audit/project.ts";

const inLongTerm = new Date("2027-01-01");
const afterAll = new Date("2030-01-01");
// What this machine's distribution says of it, which may be younger than what the project has.
const bookworm = knownSeries().find(({ id, version }) => id === "debian" && version === "12");
const [endsOn, longTermEndsOn] = [bookworm?.endsOn ?? "", bookworm?.longTermEndsOn ?? ""];
const longTerm = `base: debian 12 (bookworm): regular support ended on ${endsOn}, long-term support goes on until ${longTermEndsOn}; name a newer one (layers.base.from)`;

describe("the age of what runs", () => {
  let place: ProofPlace;
  beforeEach(() => (place = new ProofPlace()));
  afterEach(() => {
    place.dispose();
  });
  const release = () =>
    provedChain(place.root, [
      ["base", []],
      ["shop", []],
    ]);

  it("is that of its bases, each once, by the inventories of its images", async () => {
    const running = await release();
    deepEqual(agedBases(running, inLongTerm).map(describeBase), [longTerm]);
    deepEqual(agedBases(running, new Date("2026-01-01")), []);
    deepEqual(agedBases(undefined, inLongTerm), []);
    // Where only what stands on the base is known here, it says the same.
    const { "base.shop": shop } = running.images;
    deepEqual(agedBases({ images: { "base.shop": shop! } }, inLongTerm).map(describeBase), [longTerm]);
  });

  it("is drift only once all support has ended", async () => {
    const running = await release();
    deepEqual(supportDrift(agedBases(running, inLongTerm)), []);
    deepEqual(
      supportDrift(agedBases(running, afterAll)).map(({ kind, subject, got }) => [kind, subject, got]),
      [["age", "base", `debian 12 (bookworm): all support ended on ${longTermEndsOn}`]],
    );
  });

  it("is told by a preview before anything is built, of a mirror's suite, and of what is taken", async () => {
    const { "base.shop": shop } = (await release()).images;
    const step = (urn: string, name: string, stdin: object) => ({
      urn,
      name,
      after: { stdin: JSON.stringify(stdin) },
    });
    const built = step("…fleet:index:ImageLayer$command:local:Command::base", "base", {
      inputs: { from: { mirror: { suite: "bookworm" } } },
    });
    const taken = step("…fleet:index:ReleasedImage$command:local:Command::base.shop", "base.shop", shop!);
    const other = step("…fleet:index:MachineImage$command:local:Command::x", "x", { image: shop!.image });
    for (const each of [built, taken])
      deepEqual(agedBasesIn([each, other], inLongTerm).map(describeBase), [longTerm]);
    const aged = agedBasesIn([built], inLongTerm);
    const nothing = { layers: [], machineImages: [], fleets: [], hosts: [], others: [], changes: false };
    match(
      formatMarkdown({ stack: "dev", ...nothing, agedBases: aged }, ""),
      /\*\*Age\*\*\n\n- base: debian 12 \(bookworm\): /,
    );
  });

  it("is told by the status, with the boxes that are older than declared", async () => {
    const box = (name: string, kind: BoxStatus["kind"], days: number): BoxStatus => ({
      ...{ box: name, group: name, kind, id: name, state: "running", health: "healthy", detail: "" },
      ...{ ageSeconds: days * 86_400, restarts: 0 },
    });
    const boxes = [box("shop-1", "fleet", 31), box("shop-2", "fleet", 30), box("door", "door", 400)];
    const notes = statusNotes(agedBases(await release(), inLongTerm), boxes, 30);
    const old = "shop-1: 31 d old, more than 30 d (environment.maximumBoxAgeDays); npm run drift -- --repair";
    deepEqual(notes, [longTerm, old]);
    const text = formatStatus({ stack: "dev", releases: [], boxes, well: true, notes });
    equal(text.endsWith(`\n${longTerm}\n${old}\n`), true);
  });
});
