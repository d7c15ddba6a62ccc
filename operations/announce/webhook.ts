import { createHmac } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { messageOf } from "../../work/message.ts";
import type { Announcement } from "./announcement.ts";

/** Who is sent announcements, and how long that may take. */
export interface WebhookReceiver {
  url: string;
  key: Buffer;
  /** For each try. */
  timeoutMilliseconds: number;
  /** Before each further try; as many tries as pauses, and one. */
  pausesMilliseconds: readonly number[];
}

/** At most 47 s in all. */
export const usualPatience = { timeoutMilliseconds: 10_000, pausesMilliseconds: [1_000, 2_000, 4_000] };

/** Statuses after which another try may do better. */
const passing = [408, 425, 429];

/**
 * Sends an announcement, signed, until it is taken, refused for good, or there is no patience left.
 * @param id the same for each try, by which receivers know what they have already.
 * @returns why it was not taken, in words without the address's path, which may be a secret; undefined: it was.
 */
export async function sendWebhook(
  { url, key, timeoutMilliseconds, pausesMilliseconds }: WebhookReceiver,
  id: string,
  announcement: Announcement,
): Promise<string | undefined> {
  const body = JSON.stringify(announcement);
  for (const pause of [...pausesMilliseconds, undefined]) {
    const { problem, mayPass } = await tryOnce(url, key, id, body, timeoutMilliseconds);
    if (problem === undefined || !mayPass || pause === undefined) return problem;
    await sleep(pause);
  }
  return undefined;
}

async function tryOnce(
  url: string,
  key: Buffer,
  id: string,
  body: string,
  timeoutMilliseconds: number,
): Promise<{ problem?: string; mayPass: boolean }> {
  const timestamp = String(Math.floor(Date.now() / 1000));
  try {
    const answer = await fetch(url, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        ...{ "webhook-id": id, "webhook-timestamp": timestamp },
        "webhook-signature": webhookSignature(key, id, timestamp, body),
      },
      body,
      // Another address was not meant, and may not be by https.
      redirect: "manual",
      signal: AbortSignal.timeout(timeoutMilliseconds),
    });
    await answer.body?.cancel();
    if (answer.ok) return { mayPass: false };
    return {
      problem: `status ${answer.status}`,
      mayPass: answer.status >= 500 || passing.includes(answer.status),
    };
  } catch (error) {
    return { problem: reasonIn(error), mayPass: true };
  }
}

/** The header of Standard Webhooks: HMAC-SHA256 over the id, the time and the body. */
export function webhookSignature(key: Buffer, id: string, timestamp: string, body: string): string {
  return `v1,${createHmac("sha256", key).update(`${id}.${timestamp}.${body}`).digest("base64")}`;
}

/** `fetch failed` says nothing; its cause does, and never the address. */
function reasonIn(error: unknown): string {
  const { cause } = error as { cause?: { code?: unknown } };
  if (typeof cause?.code === "string") return cause.code;
  return error instanceof Error && error.name === "TimeoutError"
    ? "no answer in time"
    : messageOf(cause ?? error);
}
