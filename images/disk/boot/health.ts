import { get } from "node:http";
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

function askOnce(path: HealthPath, hostPort: number): Promise<HealthAnswer | undefined> {
  const headers = path.host === undefined ? {} : { host: path.host };
  const signal = AbortSignal.timeout(answerTimeoutMs);
  return new Promise((resolve) => {
    get(`http://127.0.0.1:${hostPort}${path.path}`, { headers, signal, agent: false }, (response) => {
      response.destroy();
      const sent = response.headers["x-image-digest"];
      resolve({ ...path, status: response.statusCode ?? 0, ...(typeof sent === "string" && { sent }) });
    }).on("error", () => {
      resolve(undefined); // nobody listens yet
    });
  });
}
