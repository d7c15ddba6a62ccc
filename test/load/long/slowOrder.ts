import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import type { Exchanging } from "./Exchange.ts";

/** Sends an order letter by letter, head and body, in that time; the head within the 15 s that the edge waits for one. */
export function slowOrder(seconds: number): Exchanging {
  return async ({ at, mark, heard }) => {
    const body = JSON.stringify({ product: mark });
    const head = [
      "POST /orders HTTP/1.1",
      "Host: orders.localhost",
      "Content-Type: application/json",
      `Content-Length: ${body.length}`,
      "Connection: close",
    ];
    const request = `${head.join("\r\n")}\r\n\r\n${body}`;
    const socket = connect({ host: at.address, port: at.port });
    const answered = text(socket);
    // `await answered` below tells of it.
    answered.catch(() => undefined);
    const began = performance.now();
    for (let index = 0; index < request.length && !socket.readableEnded && !socket.destroyed; index++) {
      socket.write(request.charAt(index));
      const due = began + (index * seconds * 1000) / request.length;
      await sleep(Math.max(0, due - performance.now()));
    }
    const answer = await answered;
    heard(/^x-box: (.*)\r$/im.exec(answer)?.[1] ?? "");
    if (!answer.startsWith("HTTP/1.1 201 ")) throw new Error(answer.split("\r\n")[0] || "no answer");
  };
}
