import { createServer, request as forward, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";

/**
 * A proxy before the emulator that can make boxes ill (the emulator itself calls every target healthy), and corrects what it
 * answers unlike AWS.
 */
export interface HealthProxy {
  endpoint: string;
  /** While true, every target is unhealthy. */
  ill: boolean;
  /** Where requests were sent, change by change: the weights of each rule that was changed. */
  weights: number[][];
  stop(): Promise<void>;
}

/** Starts the proxy on a free port of 127.0.0.1. */
export async function startHealthProxy(emulator: string): Promise<HealthProxy> {
  const server = createServer((request, response) => {
    void (async () => {
      const body = await buffer(request);
      const answer = await passOn(emulator, request, body);
      const text = await buffer(answer);
      proxy.weights.push(...weightsOf(body.toString()));
      const changed = corrected(body.toString(), text.toString(), proxy.ill);
      const { "transfer-encoding": _, ...headers } = answer.headers;
      response.writeHead(answer.statusCode ?? 502, {
        ...headers,
        "content-length": Buffer.byteLength(changed),
      });
      response.end(changed);
    })().catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const proxy: HealthProxy = {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    ill: false,
    weights: [],
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => {
          resolve();
        });
      }),
  };
  return proxy;
}

/** A request that comes as to an HTTP proxy names a host too, which only the emulator stands for. */
function passOn(emulator: string, { method, url = "", headers }: IncomingMessage, body: Buffer) {
  const path = url.replace(/^http:\/\/[^/]+/, "");
  return new Promise<IncomingMessage>((resolve, reject) => {
    const sent = forward(`${emulator}${path}`, { method, headers }, resolve);
    sent.on("error", reject);
    sent.end(body);
  });
}

function corrected(asked: string, answer: string, ill: boolean): string {
  if (ill && asked.includes("Action=DescribeTargetHealth"))
    return answer.replaceAll("<State>healthy</State>", "<State>unhealthy</State>");
  // The emulator takes the template's own tags for tags of what is launched from it; AWS does not.
  if (asked.includes("Action=DescribeLaunchTemplateVersions"))
    return answer.replace(/<tagSpecificationSet>.*?<\/tagSpecificationSet>/gs, "");
  return answer;
}

/** The weights in a change of a listener's rule; those of a single target group are not told. */
function weightsOf(asked: string): number[][] {
  const parameters = new URLSearchParams(asked);
  if (parameters.get("Action") !== "ModifyRule") return [];
  const weights = [...parameters]
    .filter(([name]) => name.endsWith(".Weight"))
    .map(([, value]) => Number(value));
  return [weights.length > 0 ? weights : [100]];
}
