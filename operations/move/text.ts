import type { Measure } from "../../fleets/backup/measured.ts";
import type { Move } from "../../plan/data/move.ts";
import { here } from "../../plan/data/volumeNames.ts";

/** What a move does, for people to read before they say yes. */
export function moveText(move: Move): string {
  const { accessory, data } = move;
  return [
    `${accessory}: its data goes from ${placeText(move.from)} (${data.volume}) to ${placeText(move.to?.name ?? here)} (${move.volume}).`,
    "  It is stopped, and away until the npm run up after this; its data is copied, and the copy compared.",
    `  The volume that it is in now is only read, and stays.`,
    "",
  ].join("\n");
}

/** What has come of it, and what is left to do. */
export function movedText(
  { accessory, data, from, to, volume }: Move,
  stack: string,
  { bytes, digest }: Measure,
): string {
  const login = from === here ? "" : ` on ${from}`;
  return [
    `${accessory}: its data is on ${placeText(to?.name ?? here)}, in ${volume}: ${(bytes / 2 ** 20).toFixed(1)} MiB, compared (${digest}).`,
    `  have it serve there: npm run up -- --stack ${stack}`,
    `  what was there stays in the volume ${data.volume}; give it up${login}, after that: docker volume rm ${data.volume}`,
    "",
  ].join("\n");
}

/** A place in words. */
function placeText(place: string): string {
  return place === here ? "this machine's engine" : `the engine ${place}`;
}
