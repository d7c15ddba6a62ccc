import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { execa } from "execa";

/** How much of what a command prints Systems Manager keeps (GetCommandInvocation, StandardOutputContent). */
const keptCharacters = 24_000;

interface Sent {
  InstanceIds: string[];
  Parameters: { commands: string[] };
}

/** Runs lines of shell as root in a box. @returns what they printed. @throws Error when they fail. */
export type RunLines = (lines: string) => Promise<string>;

/** Runs lines of shell in a container. */
export function inContainer(container: string): RunLines {
  return async (lines) => {
    const command = ["exec", "--user", "0:0", container, "sh", "-c", lines];
    return (await execa("docker", command, { stdin: "ignore" })).stdout;
  };
}

/**
 * Stands in for AWS Systems Manager, which moto knows but runs nothing by: SendCommand really runs its lines in the box that an
 * instance id names here; GetCommandInvocation gives what they printed, cut as AWS cuts it.
 */
export async function startSystemsManager(boxes: Readonly<Record<string, RunLines>>) {
  const outputs = new Map<
    string,
    { Status: string; StandardOutputContent: string; StandardErrorContent: string }
  >();
  const answers: Record<string, (asked: never) => Promise<[number, object]>> = {
    SendCommand: async ({ InstanceIds: [box = ""], Parameters }: Sent) => {
      const run = boxes[box];
      if (run === undefined) return [400, { __type: "InvalidInstanceId" }];
      const CommandId = `command-${outputs.size + 1}`;
      const output = await run(Parameters.commands.join("\n")).then(
        (printed) => ({ Status: "Success", StandardOutputContent: printed.slice(0, keptCharacters) }),
        (error: unknown) => ({ Status: "Failed", StandardErrorContent: String(error) }),
      );
      outputs.set(CommandId, { StandardOutputContent: "", StandardErrorContent: "", ...output });
      return [200, { Command: { CommandId } }];
    },
    GetCommandInvocation: ({ CommandId }: { CommandId: string }) =>
      Promise.resolve([200, outputs.get(CommandId) ?? {}]),
  };
  const server = createServer((request, response) => {
    void (async () => {
      const action = String(request.headers["x-amz-target"]).replace("AmazonSSM.", "");
      const [status, answer] = (await answers[action]?.((await json(request)) as never)) ?? [400, {}];
      response.writeHead(status, { "content-type": "application/x-amz-json-1.1" });
      response.end(JSON.stringify(answer));
    })().catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** How many commands were sent. */
    sent: () => outputs.size,
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
