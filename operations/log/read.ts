import { withEngine } from "../../engine/connection.ts";
import type { DockerClient } from "../../engine/DockerClient.ts";
import type { Engine } from "../../engine/engine.ts";
import { mergeLines, parseLogLine, prefixes, type LogSource } from "./choose.ts";
import { parseServiceLine } from "./serviceLines.ts";

/** What has a log on one engine. */
interface EngineLogs {
  /** Undefined: this machine's. */
  engine: Engine | undefined;
  boxes: readonly LogSource[];
}

/** The last lines of every box until that time, merged by their times. */
export async function readLogs(engines: readonly EngineLogs[], tail: number, until: Date): Promise<string[]> {
  const prefix = prefixes(engines.flatMap(({ boxes }) => boxes));
  const options = ["--timestamps", "--tail", String(tail)];
  const logs = await onEach(engines, async ({ id, name, kind }, client) => {
    // A service is not asked until when, and what it says later comes twice where it is followed.
    const args = kind === "service" ? serviceLogs : ["logs", "--until", until.toISOString()];
    const result = await client.ask([...args, ...options, id]);
    const lines = result.all.split("\n").filter((line) => line !== "");
    if (kind !== "service") return [{ prefix: prefix.get(id) ?? "", lines: lines.map(parseLogLine) }];
    return lines
      .map((line) => parseServiceLine(name, line))
      .map(({ prefix: own, ...line }) => ({ prefix: own, lines: [line] }));
  });
  return mergeLines(logs.flat());
}

/** Writes what the boxes have printed since then, and print from now on, as it comes; ends when all have stopped. */
export async function followLogs(
  engines: readonly EngineLogs[],
  since: Date,
  write: (line: string) => void,
): Promise<void> {
  const prefix = prefixes(engines.flatMap(({ boxes }) => boxes));
  await onEach(engines, async ({ id, name, kind }, client) => {
    const args = kind === "service" ? serviceLogs : ["logs"];
    for await (const line of client.follow([...args, "--follow", "--since", since.toISOString(), id])) {
      const own = kind === "service" ? parseServiceLine(name, line) : undefined;
      write(own ? `${own.prefix}${own.text}` : `${prefix.get(id) ?? ""}${line}`);
    }
  });
}

const serviceLogs = ["service", "logs", "--no-task-ids"];

/** Does the same for every one at once. */
async function onEach<T>(
  engines: readonly EngineLogs[],
  work: (source: LogSource, client: DockerClient) => Promise<T>,
): Promise<T[]> {
  const done = engines.map(({ engine, boxes }) =>
    withEngine(engine, (client) => Promise.all(boxes.map((each) => work(each, client)))),
  );
  return (await Promise.all(done)).flat();
}
