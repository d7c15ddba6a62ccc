import { setTimeout as sleep } from "node:timers/promises";
import { isAnswered, type HealthAnswer, type HealthPath } from "./judge.ts";

const answerTimeoutMs = 5000;
const pauseMs = 250;

/**
 * Asks a path until it answers as it should or the signal says stop.
 * @param hostPort port on this machine that leads to the guest's.
 * @returns the last answer.
 */
export async function pollHealth(
  path: HealthPath,
  hostPort: number,
  stop: AbortSignal,
): Promise<HealthAnswer> {
  let answer: HealthAnswer = { ...path };
  while (!isAnswered(answer) && !stop.aborted) {
    answer = (await askOnce(path, hostPort)) ?? answer;
    if (!isAnswered(answer)) await sleep(pauseMs);
  }
  return answer;
}

async function askOnce(path: HealthPath, hostPort: number): Promise<HealthAnswer | undefined> {
  try {
    const url = `http://127.0.0.1:${hostPort}${path.path}`;
    const response = await fetch(url, { redirect: "manual", signal: AbortSignal.timeout(answerTimeoutMs) });
    await response.body?.cancel();
    const sent = response.headers.get("x-image-digest");
    return { ...path, status: response.status, ...(sent === null ? {} : { sent }) };
  } catch {
    return undefined; // nobody listens yet
  }
}
