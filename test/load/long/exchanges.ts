import type { Exchanging } from "./Exchange.ts";
import { download, stream, upload } from "./transfers.ts";
import { slowOrder } from "./slowOrder.ts";
import { talk } from "./talk.ts";

/** How large and how long they are. */
export interface Lasting {
  /** Of all but uploads; an order's head is most of its time, and the edge waits 15 s for a head. */
  seconds: number;
  uploadBytes: number;
  uploadSeconds: number;
}

/** Exchanges that last, by what they are, with the application that they are with and how many go on at once. */
export function lastingExchanges({
  seconds,
  uploadBytes,
  uploadSeconds,
}: Lasting): Record<string, { application: string; atOnce: number; run: Exchanging }> {
  const slowBytes = seconds * 2 ** 20;
  return {
    "an upload": { application: "catalog", atOnce: 1, run: upload(uploadBytes, uploadBytes / uploadSeconds) },
    "a slow download": { application: "catalog", atOnce: 2, run: download(slowBytes, slowBytes / seconds) },
    "a stream": { application: "catalog", atOnce: 2, run: stream(seconds * 10) },
    "a socket": { application: "catalog", atOnce: 2, run: talk(seconds) },
    "a slow order": { application: "orders", atOnce: 2, run: slowOrder(seconds) },
  };
}
