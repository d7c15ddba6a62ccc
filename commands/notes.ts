import { projectRoot } from "../config/root.ts";
import { readRelease, releaseFile } from "../images/release/store.ts";
import { refuse } from "./line/choice.ts";
import { compareReleases, type Places } from "../operations/notes/compare.ts";
import { formatNotes } from "../operations/notes/text.ts";
import { readOptions } from "./line/options.ts";
import { runCommand } from "./line/run.ts";

const { values, positionals } = readOptions(
  {
    usage: "npm run release:notes -- A B [options]",
    about:
      "Says what changed from one release to another: packages, configuration and files of each image.\nA and B: releases such as dev/3, or image digests (sha256:…).",
    hidesStack: true,
    options: { "--format FORMAT": "text (Markdown, default) or json" },
  },
  { format: { type: "string", default: "text" } },
  true,
);
const [from, to, ...more] = positionals;
if (from === undefined || to === undefined || more.length > 0)
  refuse("A B", "two releases", positionals.join(" ") || "none", "for example dev/3 dev/4");

await runCommand(async () => {
  const notes = await compareReleases(placesOf(from), placesOf(to));
  if (values.format === "json") process.stdout.write(`${JSON.stringify(notes, null, 2)}\n`);
  else process.stdout.write(formatNotes(from, to, notes));
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
