import { execa } from "execa";
import type { WantedBox } from "../state/box.ts";
import { mergeLines, parseLogLine, prefixes } from "./choose.ts";

/** The last lines of every box until that time, merged by their times. */
export async function readLogs(boxes: readonly WantedBox[], tail: number, until: Date): Promise<string[]> {
  const prefix = prefixes(boxes);
  const options = ["--timestamps", "--tail", String(tail), "--until", until.toISOString()];
  const logs = await Promise.all(
    boxes.map(async ({ id }) => {
      const result = await execa("docker", ["logs", ...options, id], {
        all: true,
        reject: false,
        stdin: "ignore",
      });
      const lines = result.all.split("\n").filter((line) => line !== "");
      return { prefix: prefix.get(id) ?? "", lines: lines.map(parseLogLine) };
    }),
  );
  return mergeLines(logs);
}

/** Writes what the boxes have printed since then, and print from now on, as it comes; ends when all have stopped. */
export async function followLogs(
  boxes: readonly WantedBox[],
  since: Date,
  write: (line: string) => void,
): Promise<void> {
  const prefix = prefixes(boxes);
  await Promise.all(
    boxes.map(async ({ id }) => {
      const child = execa("docker", ["logs", "--follow", "--since", since.toISOString(), id], {
        all: true,
        reject: false,
        buffer: false,
        stdin: "ignore",
      });
      for await (const line of child.iterable({ from: "all" })) write(`${prefix.get(id) ?? ""}${line}`);
    }),
  );
}
