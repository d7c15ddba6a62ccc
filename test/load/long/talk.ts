import { once } from "node:events";
import { request, type IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { Exchanging } from "./Exchange.ts";

const everyMilliseconds = 100;
const echoSeconds = 5;

/**
 * Talks on a socket that was upgraded, as WebSockets are: says a number each 100 ms, and wants each back. It ends it after that
 * time, or when the other side says `bye`, once all has come back.
 */
export function talk(seconds: number): Exchanging {
  return async ({ at: { address, port }, heard }) => {
    const headers = { host: "catalog.localhost", connection: "Upgrade", upgrade: "echo" };
    const sent = request({ host: address, port, path: "/long/socket", agent: false, headers });
    sent.end();
    const socket = await upgraded(sent, heard);
    let [got, broken] = ["", ""];
    socket.setEncoding("utf8").on("data", (text: string) => {
      got += text;
    });
    socket.on("error", ({ message }) => (broken = message));
    socket.on("close", () => (broken ||= "closed"));
    const end = performance.now() + seconds * 1000;
    let said = 0;
    const echoes = () => got.split("\n").filter((line) => /^\d+$/.test(line));
    while (performance.now() < end && !got.includes("bye\n") && broken === "") {
      socket.write(`${said++}\n`);
      await sleep(everyMilliseconds);
    }
    const deadline = performance.now() + echoSeconds * 1000;
    while (echoes().length < said && broken === "" && performance.now() < deadline) await sleep(20);
    const missing = said - echoes().length;
    // Whoever may end it says so before.
    const isCut = broken !== "" && !got.includes("bye\n");
    socket.destroy();
    if (missing > 0 || isCut)
      throw new Error(`${missing} of what was said did not come back: ${broken || "silence"}`);
  };
}

async function upgraded(sent: ReturnType<typeof request>, heard: (box: string) => void): Promise<Socket> {
  const refused = once(sent, "response").then(([answer]: unknown[]) => {
    throw new Error(`status ${(answer as IncomingMessage).statusCode}`);
  });
  const [answer, socket] = (await Promise.race([once(sent, "upgrade"), refused])) as [
    IncomingMessage,
    Socket,
  ];
  heard(String(answer.headers["x-box"]));
  return socket;
}
