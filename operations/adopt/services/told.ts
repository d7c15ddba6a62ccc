/**
 * What has to be said of a part of a file. `left`: cannot be carried over; `changed`: is carried over in another way;
 * `todo`: something to do by hand, a command where there is one.
 */
export interface ToldLine {
  kind: "left" | "changed" | "todo";
  /** Where it stands in the file. */
  path: string;
  /** Why, and what to do instead. */
  text: string;
}

/** Takes a line. */
export type SayLine = (kind: ToldLine["kind"], path: string, text: string) => void;

/** What takes lines, and those that it took: each once. */
export function collected(): { say: SayLine; lines: ToldLine[] } {
  const lines: ToldLine[] = [];
  const say: SayLine = (kind, path, text) => {
    if (!lines.some((line) => line.path === path && line.text === text)) lines.push({ kind, path, text });
  };
  return { say, lines };
}
