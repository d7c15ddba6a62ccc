import { messageOf } from "../../work/message.ts";
import type { Kind, Try } from "./kind.ts";
import { seeded } from "./random.ts";

/** How long, or how often, a kind is tried. */
export interface Budget {
  seconds: number;
  /** Default: as many as there is time for. */
  tries?: number;
}

/**
 * Tries a kind until its budget is used up, which begins when its subject is made; one fault at least. Each try has a seed of its own, the first the one given, so that one
 * that failed is repeated alone by its seed.
 * @param say is told each try as it ends.
 */
export async function tryKind(
  kind: Kind,
  seed: number,
  { seconds, tries = Infinity }: Budget,
  say: (line: string) => void,
): Promise<Try[]> {
  const subject = await kind.begin();
  const end = performance.now() + seconds * 1000;
  const results: Try[] = [];
  try {
    do {
      const own = (seed + results.length) >>> 0;
      const result = await withFailure(() => subject.try(seeded(own)));
      results.push(result);
      say(`seed ${own}: ${told(result)}`);
      // What did not come right is no ground for another try.
      if (result.problem !== undefined) return results;
    } while (results.length < tries && performance.now() < end);
    if (!subject.last) return results;
    const last = await withFailure(subject.last.bind(subject));
    results.push(last);
    say(told(last));
  } finally {
    await subject.end();
  }
  return results;
}

async function withFailure(work: () => Promise<Try>): Promise<Try> {
  try {
    return await work();
  } catch (error) {
    return { fault: "a try that broke", problem: messageOf(error), lost: 0 };
  }
}

function told({ fault, where, problem = "converged", lost }: Try): string {
  return `${fault}${where === undefined ? "" : ` ${where}`}: ${problem}; ${lost} lost`;
}
