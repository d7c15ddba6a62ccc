import { withEngine } from "../../engine/connection.ts";
import type { DockerClient } from "../../engine/DockerClient.ts";
import type { EngineBoxes } from "../state/engines.ts";
import { mergeLines, parseLogLine, prefixes } from "./choose.ts";

/** The last lines of every box until that time, merged by their times. */
export async function readLogs(
  engines: readonly EngineBoxes[],
  tail: number,
  until: Date,
): Promise<string[]> {
  const prefix = prefixes(engines.flatMap(({ boxes }) => boxes));
  const options = ["--timestamps", "--tail", String(tail), "--until", until.toISOString()];
  const logs = await onEach(engines, async (id, client) => {
    const result = await client.ask(["logs", ...options, id]);
    const lines = result.all.split("\n").filter((line) => line !== "");
    return { prefix: prefix.get(id) ?? "", lines: lines.map(parseLogLine) };
  });
  return mergeLines(logs);
}

/** Writes what the boxes have printed since then, and print from now on, as it comes; ends when all have stopped. */
export async function followLogs(
  engines: readonly EngineBoxes[],
  since: Date,
  write: (line: string) => void,
): Promise<void> {
  const prefix = prefixes(engines.flatMap(({ boxes }) => boxes));
  await onEach(engines, async (id, client) => {
    const args = ["logs", "--follow", "--since", since.toISOString(), id];
    for await (const line of client.follow(args)) write(`${prefix.get(id) ?? ""}${line}`);
  });
}

/** Does the same for every box, by its container's id, at once. */
async function onEach<T>(
  engines: readonly EngineBoxes[],
  work: (id: string, client: DockerClient) => Promise<T>,
): Promise<T[]> {
  const done = engines.map(({ engine, boxes }) =>
    withEngine(engine, (client) => Promise.all(boxes.map(({ id }) => work(id, client)))),
  );
  return (await Promise.all(done)).flat();
}
