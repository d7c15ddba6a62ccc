import { deepEqual, equal } from "node:assert/strict";
import fc from "fast-check";
import { recordFile } from "../../../operations/standing/standing.ts";
import { upgrade } from "../../../operations/upgrade/upgrade.ts";
import { firstVersion, lines, Repository } from "./repository.ts";

/** What becomes of a file on one side: another line, or no file. */
type Change = "stays" | "goes" | number;

type Example = [{ ours: Change; theirs: Change }[], Record<string, string>, Record<string, string>];

const files = [
  "engine/client.ts",
  "engine/images.ts",
  "images/layer.ts",
  "playbooks/roles/base/tasks/main.yml",
  "apps/fleetbox/box.py",
];
const words = ["client", "images", "layer", "base", "box"];
const change: fc.Arbitrary<Change> = fc.oneof(
  { weight: 3, arbitrary: fc.constant("stays" as const) },
  { weight: 1, arbitrary: fc.constant("goes" as const) },
  { weight: 3, arbitrary: fc.nat({ max: 11 }) },
);
const sides = fc.array(fc.record({ ours: change, theirs: change }), {
  minLength: files.length,
  maxLength: files.length,
});
/** Places of a project's own, some of them beside what comes with the version. */
const ownPlaces = [
  "Pulumi.yaml",
  "Pulumi.test.yaml",
  "apps/shop/main.py",
  "playbooks/roles/shop/tasks/main.yml",
  "playbooks/site.yml",
  "engine/own.ts",
  "terraform/main.tf",
  "images.lock.yaml",
  "releases/dev/1.json",
  "README.md",
  "apps/site/index.html",
];
const own = fc.dictionary(fc.constantFrom(...ownPlaces), fc.string({ minLength: 1, unit: "binary" }), {
  maxKeys: 6,
});
const news = fc.dictionary(
  fc.constantFrom("Pulumi.yaml", "README.md", "apps/site/index.html", "engine/more.ts", "docs/more.md"),
  fc.string({ minLength: 1, unit: "grapheme-ascii" }),
  { maxKeys: 5 },
);

const untouched = { ours: "stays", theirs: "stays" } as const;
/** An upgrade that is taken, and one that is not, whatever chance brings beside them. */
const taken: Example = [
  [
    { ours: 1, theirs: 9 },
    { ours: "goes", theirs: 3 },
    { ours: "stays", theirs: "goes" },
    untouched,
    untouched,
  ],
  { "engine/own.ts": "own", "README.md": "ours" },
  { "README.md": "theirs", "engine/more.ts": "more" },
];
const disputed: Example = [
  [{ ours: 4, theirs: 5 }, untouched, untouched, untouched, { ours: 2, theirs: "goes" }],
  {},
  {},
];

describe("whatever two histories did", function () {
  this.timeout(120_000);

  it("own files are the same to the last byte, untouched ones are the new version's, and conflicts leave all as it was", async () => {
    await fc.assert(
      fc.asyncProperty(sides, own, news, async (changes, ownFiles, newFiles) => {
        const engine = Repository.of(firstVersion);
        const clone = engine.clone();
        try {
          clone.commit({
            ...changedFiles(
              changes.map(({ ours }) => ours),
              "ours",
            ),
            ...ownFiles,
          });
          engine.commit({
            ...changedFiles(
              changes.map(({ theirs }) => theirs),
              "theirs",
            ),
            ...newFiles,
          });
          const before = clone.look();
          const request = { version: "main", choices: { keep: [], take: [] } };
          const tried = () => Promise.resolve({ changed: [], goesOn: true });
          const { end, conflicts } = await upgrade(clone.folder, request, { say: () => undefined, tried });
          const expected = changes.map(({ ours, theirs }, index) => merged(words[index] ?? "", ours, theirs));
          const inDispute = files.filter((_, index) => expected[index] === "conflict");
          deepEqual(conflicts.map(({ file }) => file).sort(), inDispute.toSorted());
          if (inDispute.length > 0) {
            equal(end, "conflicts");
            deepEqual(clone.look(), before);
            return;
          }
          equal(clone.git("status", "--porcelain"), "");
          const after: Record<string, string | undefined> = clone.files();
          for (const [index, file] of files.entries()) deepEqual(after[file], expected[index], file);
          for (const [file, text] of Object.entries(ownFiles)) deepEqual(after[file], text, file);
          for (const [file, text] of Object.entries(newFiles))
            if (/^(engine|docs)/.test(file) || (file === "README.md" && !("README.md" in ownFiles)))
              deepEqual(after[file], text, file);
            else if (!(file in ownFiles)) deepEqual(after[file], firstVersion[file], file);
          const known = new Set([
            ...Object.keys(firstVersion),
            ...Object.keys(ownFiles),
            ...Object.keys(newFiles),
            recordFile,
          ]);
          deepEqual(
            Object.keys(after).filter((file) => !known.has(file)),
            [],
          );
        } finally {
          engine.remove();
          clone.remove();
        }
      }),
      { numRuns: 10, examples: [taken, disputed] },
    );
  });
});

function changedFiles(changes: readonly Change[], by: string): Record<string, string | undefined> {
  return Object.fromEntries(
    changes.flatMap((each, index) =>
      each === "stays" ? [] : [[files[index] ?? "", changed(words[index] ?? "", each, by)]],
    ),
  );
}

function changed(word: string, change: Change, by: string): string | undefined {
  if (change === "goes") return undefined;
  return lines(word, change === "stays" ? {} : { [change]: by });
}

/** What is to come of both changes of a file. */
function merged(word: string, ours: Change, theirs: Change): string | undefined {
  if (ours === "stays") return changed(word, theirs, "theirs");
  if (theirs === "stays" || ours === "goes") return changed(word, ours, "ours");
  if (theirs === "goes" || Math.abs(ours - theirs) <= 1) return "conflict";
  return lines(word, { [ours]: "ours", [theirs]: "theirs" });
}
