import { createServer, request as forward } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** What happens to one request instead of its answer. */
export type Fault =
  /** Answered with an error of AWS's form; the emulator never sees the request. */
  | { kind: "status"; status: number; code: string; message?: string }
  /** The connection is closed before the emulator sees the request. */
  | { kind: "reset" }
  /** The emulator does the work, then the connection is closed: the answer is lost. */
  | { kind: "lostAnswer" }
  /** Never answered, the connection stays open. */
  | { kind: "stall" }
  /** One bit of the data is flipped on the way. */
  | { kind: "corrupt" };

/** A request as it went over the wire. */
export interface Recorded {
  /** AWS's name: "PutSnapshotBlock", "DescribeSnapshots" … */
  operation: string;
  path: string;
  headers: IncomingMessage["headers"];
  /** The body's text; empty for blocks. */
  body: string;
  /** SHA-256 of a block's data, in Base64: what AWS computes itself. */
  dataChecksum?: string;
  dataBytes: number;
  faulty: boolean;
}

export interface FaultProxy {
  endpoint: string;
  /** Every request since the last `clear`, in order of arrival. */
  requests: Recorded[];
  /** Chooses the fault of a request; replace it at any time. `count` numbers requests of that operation, from 1. */
  fault: (request: Recorded, count: number) => Fault | undefined;
  /** Forgets the requests, and injects no more faults. */
  clear(): void;
  stop(): Promise<void>;
}

/** Starts a proxy on a free port of 127.0.0.1 that records what passes, and injects the faults it is told to. */
export async function startFaultProxy(target: string): Promise<FaultProxy> {
  const server = createServer((incoming, answer) => void pass(proxy, target, incoming, answer));
  const proxy: FaultProxy = {
    endpoint: "",
    requests: [],
    fault: () => undefined,
    clear: () => {
      proxy.requests = [];
      proxy.fault = () => undefined;
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  proxy.endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return proxy;
}

async function pass(
  proxy: FaultProxy,
  target: string,
  incoming: IncomingMessage,
  answer: ServerResponse,
): Promise<void> {
  // Of the time when it came: a run that has failed does not await all that it sent, and `clear` may follow at once.
  const { requests, fault: choose } = proxy;
  const data = await readAll(incoming).catch(() => undefined);
  if (!data) return;
  const record = await recordOf(incoming, data);
  const count = requests.filter(({ operation }) => operation === record.operation).length + 1;
  requests.push(record);
  const fault = choose(record, count);
  record.faulty = fault !== undefined;
  if (fault?.kind === "stall") return;
  if (fault?.kind === "reset") {
    incoming.socket.resetAndDestroy();
    return;
  }
  if (fault?.kind === "status") {
    refuse(answer, fault, record.operation);
    return;
  }
  if (fault?.kind === "corrupt") data[data.length >> 1] = (data[data.length >> 1] ?? 0) ^ 1;
  relay(target, incoming, data, answer, fault?.kind === "lostAnswer");
}

function relay(
  target: string,
  incoming: IncomingMessage,
  data: Buffer,
  answer: ServerResponse,
  lose: boolean,
): void {
  const { method, headers } = incoming;
  const onward = forward(`${target}${incoming.url ?? "/"}`, { method, headers }, (reply) => {
    if (lose) {
      reply.resume().on("end", () => incoming.socket.resetAndDestroy());
      return;
    }
    answer.writeHead(reply.statusCode ?? 502, reply.headers);
    reply.pipe(answer);
  });
  onward.on("error", () => incoming.socket.destroy());
  onward.end(data);
}

/** An error as EC2 (XML) or as the EBS direct APIs (JSON) answer it. */
function refuse(
  answer: ServerResponse,
  { status, code, message = "injected" }: Fault & { kind: "status" },
  operation: string,
): void {
  const json = /Block|StartSnapshot|CompleteSnapshot/u.test(operation);
  const type = json ? "application/json" : "text/xml";
  const xml = `<Response><Errors><Error><Code>${code}</Code><Message>${message}</Message></Error></Errors></Response>`;
  answer.writeHead(status, { "content-type": type, "x-amzn-errortype": code });
  answer.end(json ? JSON.stringify({ Message: message }) : xml);
}

async function recordOf(incoming: IncomingMessage, data: Buffer): Promise<Recorded> {
  const path = incoming.url ?? "/";
  const isBlock = incoming.method === "PUT";
  const digest = isBlock
    ? Buffer.from(await crypto.subtle.digest("SHA-256", data)).toString("base64")
    : undefined;
  const body = isBlock ? "" : data.toString();
  const common = { path, headers: incoming.headers, body, dataBytes: data.length, faulty: false };
  return {
    operation: operationOf(incoming.method, path, body),
    ...common,
    ...(digest ? { dataChecksum: digest } : {}),
  };
}

function operationOf(method: string | undefined, path: string, body: string): string {
  if (path === "/snapshots") return "StartSnapshot";
  if (path.startsWith("/snapshots/completion/")) return "CompleteSnapshot";
  if (/^\/snapshots\/[^/]+\/blocks\/\d/u.test(path))
    return method === "PUT" ? "PutSnapshotBlock" : "GetSnapshotBlock";
  if (/^\/snapshots\/[^/]+\/blocks/u.test(path)) return "ListSnapshotBlocks";
  return new URLSearchParams(body).get("Action") ?? "unknown";
}

async function readAll(incoming: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of incoming) parts.push(part as Buffer);
  return Buffer.concat(parts);
}
