import { connect as connectSession, type ClientHttp2Session } from "node:http2";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** How often each answer came, or what there was instead. */
export type Answers = Record<string, number>;

const clients = 4;
const timeoutMilliseconds = 10_000;

/**
 * What is answered at further ports of an application while `work` runs, as often as they can be asked: by connections of plain TCP, each a new one,
 * and by calls of gRPC's on connections that stay until the other side takes leave.
 */
export async function portsUnderLoad<T>(
  ports: { tcp: number; rpc: number },
  work: () => Promise<T>,
): Promise<{ tcp: Answers; rpc: Answers; result: T }> {
  const answers = { tcp: {} as Answers, rpc: {} as Answers };
  let isOver = false;
  const asking = Array.from({ length: clients }, async () => {
    const call = callsAt(ports.rpc);
    while (!isOver) {
      count(answers.tcp, await askByTcp(ports.tcp));
      count(answers.rpc, await call());
      await sleep(5);
    }
    await call("end");
  });
  try {
    const result = await work();
    await sleep(1000);
    return { ...answers, result };
  } finally {
    isOver = true;
    await Promise.all(asking);
  }
}

function count(answers: Answers, answer: string): void {
  answers[answer] = (answers[answer] ?? 0) + 1;
}

/** The last line of what comes back for a request of HTTP, which is plain bytes to whoever passes it on. */
export function askByTcp(port: number): Promise<string> {
  return new Promise((resolve) => {
    let got = "";
    const socket = connect(port, "127.0.0.1", () => socket.write("GET / HTTP/1.0\r\n\r\n"));
    socket.setTimeout(timeoutMilliseconds, () => socket.destroy(new Error("timed out")));
    socket.on("data", (chunk) => (got += chunk.toString()));
    socket.on("error", (error) => {
      resolve(error.message);
    });
    socket.on("close", () => {
      resolve(got === "" ? "nothing" : (got.split("\r\n").at(-1) ?? ""));
    });
  });
}

/** Calls over one connection, by HTTP/2 from its first byte on; a new one is made when the other side has taken leave. */
function callsAt(port: number): (end?: "end") => Promise<string> {
  let session: ClientHttp2Session | undefined;
  return async (end) => {
    if (end) {
      session?.close();
      return "";
    }
    if (!session || session.closed || session.destroyed) {
      session = connectSession(`http://127.0.0.1:${port}`);
      // A call that is under way says so itself.
      session.on("error", () => undefined);
      session.on("goaway", () => session?.close());
    }
    return callOn(session);
  };
}

function callOn(session: ClientHttp2Session): Promise<string> {
  return new Promise((resolve) => {
    let got = "";
    let status = "";
    const headers = { "content-type": "application/grpc", te: "trailers" };
    const call = session.request({ ":method": "POST", ":path": "/shop.Shop/Say", ...headers });
    call.setTimeout(timeoutMilliseconds, () => call.destroy(new Error("timed out")));
    call.on("response", (answer) => {
      status = `${answer[":status"]}/${String(answer["grpc-status"])}`;
    });
    call.on("data", (chunk: Buffer) => (got += chunk.toString()));
    call.on("error", (error: Error) => {
      resolve(error.message);
    });
    call.on("close", () => {
      resolve(`${status} ${got}`);
    });
    call.end();
  });
}
