import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { messageOf } from "../../work/message.ts";
import type { Try } from "./kind.ts";
import { kinds } from "./kinds.ts";
import { seedOf } from "./random.ts";
import { counted, faultTable, isGood } from "./report.ts";
import { tryKind } from "./session.ts";

// Does faults by chance to a real system, for hours, and prints a table of what came of them. See CONTRIBUTING.md.
const names = Object.keys(kinds);
const usage = `usage: npm run faults -- [--hours N] [--tries N] [--seed N] [--only KIND]... [--json FILE]

  --hours N    for how long, shared by the kinds, 0.05 for three minutes (default: 1)
  --tries N    how many tries of each kind at most (default: as many as there is time for)
  --seed N     the seed of the first try of each kind (default: FAULTS_SEED, or by chance)
  --only KIND  this kind alone: ${names.join(", ")}
  --json FILE  the report for programs, too

Ends with 2 when something was lost or did not converge.
`;

try {
  await run();
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n\n${usage}`);
  process.exitCode = 64;
}

async function run(): Promise<void> {
  const { values } = parseArgs({
    options: {
      hours: { type: "string", default: "1" },
      tries: { type: "string", default: "Infinity" },
      seed: { type: "string" },
      only: { type: "string", multiple: true, default: names },
      json: { type: "string" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return void process.stdout.write(usage);
  const [hours, tries] = [positive("hours", values.hours), positive("tries", values.tries)];
  const unknown = values.only.filter((name) => !names.includes(name));
  if (unknown.length > 0)
    throw new Error(`--only: expected of ${names.join(", ")}, got ${unknown.join(", ")}; choose from these`);
  const seed = seedOf(values.seed ?? process.env["FAULTS_SEED"]);
  const budget = { seconds: (hours * 3600) / values.only.length, tries };
  const results = await tryAll(values.only, seed, budget);
  const rows = counted(results);
  process.stdout.write(`${faultTable(rows)}\n`);
  if (values.json !== undefined)
    writeFileSync(values.json, `${JSON.stringify({ seed, rows, tries: results }, undefined, 2)}\n`);
  if (!isGood(rows)) process.exitCode = 2;
}

async function tryAll(only: readonly string[], seed: number, budget: { seconds: number; tries: number }) {
  const results: Try[] = [];
  for (const name of only) {
    const kind = kinds[name];
    const missing = await kind?.missing();
    const say = (line: string) => void process.stderr.write(`${name}: ${line}\n`);
    if (!kind || missing !== undefined) say(`left out: ${missing ?? "unknown"}`);
    else results.push(...(await tryKind(kind, seed, budget, say)));
  }
  return results;
}

function positive(option: string, text: string): number {
  const number = Number(text);
  if (number > 0) return number;
  throw new Error(`--${option}: expected a number above 0, got ${text}; correct it`);
}
