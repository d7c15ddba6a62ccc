import type { DockerClient } from "../../engine/DockerClient.ts";
import { inspectContainers, type ContainerFacts } from "../../engine/containers.ts";
import { removeSpares } from "../../engine/spareBox.ts";
import { spareLabel } from "./restored.ts";
import { replaceVolume } from "./volumeCopy.ts";

/** On the marks of an exchange of an accessory's data that goes on, or was killed: the volume with its data. */
export const exchangeLabel = "immutable-fleets.exchange";
const ofBox = "immutable-fleets.exchange-box";
const byImage = "immutable-fleets.exchange-image";
const keptIn = "immutable-fleets.exchange-kept";

/** An exchange of an accessory's data: its volume, the one that gets what was there, and the image that copies. */
export interface Exchange {
  box: string;
  volume: string;
  kept: string;
  image: string;
}

/** How far it had come: while what was there is copied, the data is untouched; while it is replaced, the copy is whole; then both are. */
const phases = ["copying", "replacing", "replaced"] as const;
type Phase = (typeof phases)[number];

/** Notes on the engine itself, for whoever comes after a kill, that an exchange has come so far. */
export async function markExchange(engine: DockerClient, exchange: Exchange, phase: Phase): Promise<void> {
  const { box, volume, kept, image } = exchange;
  const labels = { [exchangeLabel]: volume, [ofBox]: box, [byImage]: image, [keptIn]: kept };
  const options = Object.entries(labels).flatMap(([key, value]) => ["--label", `${key}=${value}`]);
  await engine.run(["volume", "create", ...options, markOf(kept, phase)]);
}

/** It has not come so far, or is back from there. */
export async function unmarkExchange(
  engine: DockerClient,
  { kept }: Pick<Exchange, "kept">,
  phase: Phase,
): Promise<void> {
  if ((await phasesOf(engine, kept)).includes(phase)) await engine.run(["volume", "rm", markOf(kept, phase)]);
}

/** It is over: what is there now is whole. */
export async function endExchange(engine: DockerClient, { kept }: Pick<Exchange, "kept">): Promise<void> {
  // Killed here, too, the furthest is what is known.
  for (const phase of await phasesOf(engine, kept)) await engine.run(["volume", "rm", markOf(kept, phase)]);
}

/** The phases that are marked, in order. */
async function phasesOf(engine: DockerClient, kept: string): Promise<Phase[]> {
  const there = await engine.lines(["volume", "ls", "--quiet", "--filter", `label=${keptIn}=${kept}`]);
  return phases.filter((phase) => there.includes(markOf(kept, phase)));
}

/**
 * Ends the exchanges that a killed command had begun of one volume (default: of any): the data is whole, what was there before or what
 * was to take its place, and what used it serves again. Says which. To be called by who alone works on that data.
 */
export async function settleExchanges(engine: DockerClient, volume?: string): Promise<void> {
  for (const exchange of await interruptedExchanges(engine, volume)) await settle(engine, exchange);
}

/** The exchanges that are marked: of one volume, or of any. */
export async function interruptedExchanges(engine: DockerClient, volume?: string): Promise<Exchange[]> {
  const label = volume === undefined ? exchangeLabel : `${exchangeLabel}=${volume}`;
  const names = await engine.lines(["volume", "ls", "--quiet", "--filter", `label=${label}`]);
  if (names.length === 0) return [];
  const found = await engine.run(["volume", "inspect", "--format", "{{json .Labels}}", ...names]);
  const exchanges = found.split("\n").map((line) => exchangeIn(JSON.parse(line) as Record<string, string>));
  // One has two marks for a moment.
  return [...new Map(exchanges.map((each) => [each.kept, each])).values()];
}

async function settle(engine: DockerClient, exchange: Exchange): Promise<void> {
  const { box, volume, kept, image } = exchange;
  const label = spareLabel(exchange);
  // What was copying still is.
  await removeSpares(engine, label);
  const users = await boxesOf(engine, volume);
  const phase = (await phasesOf(engine, kept)).at(-1);
  const ended = phase === "replacing" && users.some(({ State }) => State.Running) ? "started" : phase;
  if (ended === "replacing") await replaceVolume(engine, { image, label, from: kept, to: volume });
  if (users.length > 0) await engine.run(["start", ...users.map(({ Id }) => Id)]);
  await endExchange(engine, exchange);
  // Half a copy, or what is back where it was.
  if (ended === "copying" || ended === "replacing") await engine.ask(["volume", "rm", kept]);
  process.stderr.write(`${box}: a restore of it was killed; ${settledText(ended, kept)}\n`);
}

function settledText(ended: Phase | "started" | undefined, kept: string): string {
  if (ended === "replaced")
    return `what it restored is there whole, and its box serves; what was there before is in the volume ${kept}`;
  // Who started it may have mended it: nothing is written over that.
  if (ended === "started")
    return `its box was started by other means since, on half of what was restored; what was there before is whole in the volume ${kept}: npm run restore with --volume ${kept} puts it back`;
  return "what was there before is there whole, and its box serves";
}

/** The boxes that use it, running or not. */
async function boxesOf(engine: DockerClient, volume: string): Promise<ContainerFacts[]> {
  const filters = ["--filter", `volume=${volume}`, "--filter", "label=immutable-fleets.box"];
  return inspectContainers(await engine.lines(["ps", "--all", "--quiet", "--no-trunc", ...filters]), engine);
}

function exchangeIn(labels: Record<string, string>): Exchange {
  const of = (key: string) => labels[key] ?? "";
  return { box: of(ofBox), volume: of(exchangeLabel), kept: of(keptIn), image: of(byImage) };
}

function markOf(kept: string, phase: Phase): string {
  return `${kept}-${phase}`;
}
