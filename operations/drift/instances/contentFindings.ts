import { shorten } from "../finding/content.ts";
import type { BoxAnswer } from "./check.ts";
import { pathGroup, printedDigests, type FileGroups } from "./groups.ts";

/** Groups of files that are asked for in one answer: more do not fit. */
const groupsInAnswer = 6;
/** Groups whose files are told one by one; the rest is counted. */
const groupsTold = 24;

/** What a box is to hold. */
export interface WantedContent {
  groups: FileGroups;
  /** Paths of all files of its image, whether or not they are compared. */
  paths: ReadonlySet<string>;
}

/** The groups whose files are to be asked for, in portions, and how many differ beyond those. */
export function differingGroups(
  wanted: FileGroups,
  answer: BoxAnswer,
): { portions: number[][]; untold: number } {
  const got = printedDigests(answer.groups);
  const differing = wanted.digests.flatMap((digest, group) => (digest === got[group] ? [] : [group]));
  const told = differing.slice(0, groupsTold);
  const portions = Array.from({ length: Math.ceil(told.length / groupsInAnswer) }, (_, index) =>
    told.slice(index * groupsInAnswer, (index + 1) * groupsInAnswer),
  );
  return { portions, untold: differing.length - told.length };
}

/** What differs inside a box, by its first answer and by those that tell the files of some groups. */
export function contentLines(
  wanted: WantedContent,
  first: BoxAnswer,
  further: readonly BoxAnswer[],
  { portions, untold }: ReturnType<typeof differingGroups>,
): string[] {
  const shown = new Map(further.flatMap(({ shown: files }) => Object.entries(files)));
  const expected = new Map(portions.flat().flatMap((group) => [...(wanted.groups.files[group] ?? [])]));
  const names = [...new Set([...expected.keys(), ...shown.keys()])].sort();
  const files = names.flatMap((path) => {
    const [image, box] = [expected.get(path), shown.get(path)];
    if (image === box || (image === undefined && !portions.flat().includes(pathGroup(path)))) return [];
    return [`file /${path} ${image === undefined ? "added" : box === undefined ? "removed" : "changed"}`];
  });
  return [
    ...shorten(files),
    ...(untold > 0 ? [`files in ${untold} of ${wanted.groups.digests.length} further parts differ`] : []),
    ...shorten(first.setId.map((path) => `file /${path} gives its owner's rights to whoever starts it`)),
    ...first.programs
      .filter((program) => !wanted.paths.has(program.replace(/ \(deleted\)$/, "")))
      .map((program) => `process /${program} runs, which is no program of the image`),
  ];
}
