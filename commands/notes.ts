import { projectRoot } from "../config/root.ts";
import { releaseFile } from "../images/release/folder.ts";
import { readRelease } from "../images/release/store.ts";
import { compareReleases, type Places } from "../operations/notes/compare.ts";
import { formatNotes } from "../operations/notes/text.ts";
import { command } from "./line/command.ts";
import { choice } from "./line/option.ts";

export default command({
  name: "notes",
  script: "release:notes",
  about:
    "Says what changed from one release to another: packages, configuration and files of each image.\nA and B: releases such as dev/3, or image digests (sha256:…).",
  summary: "says what changed from one release to another",
  words: { form: "A B", least: 2, most: 2, expected: "two releases", fix: "for example dev/3 dev/4" },
  options: { format: choice("FORMAT", ["text", "json"], "text is Markdown") },
  onStack: false,
  needs: "nothing",
  run: async ({ format }, [from = "", to = ""]) => {
    const notes = await compareReleases(placesOf(from), placesOf(to));
    if (format === "json") process.stdout.write(`${JSON.stringify(notes, null, 2)}\n`);
    else process.stdout.write(formatNotes(from, to, notes));
  },
});

/** The images of a release by place; a digest is an image in a place of its own. */
function placesOf(name: string): Places {
  if (/^sha256:[0-9a-f]{64}$/.test(name)) return { image: name };
  const [, environment = "", number = ""] = /^([a-z][a-z0-9-]*)\/([1-9]\d*)$/.exec(name) ?? [];
  if (number === "")
    throw new Error(
      `release: expected a name such as dev/3 or a digest, got ${name}; npm run releases lists them`,
    );
  const { images } = readRelease(projectRoot, releaseFile(environment, Number(number)));
  return Object.fromEntries(Object.entries(images).map(([place, { image }]) => [place, image]));
}
