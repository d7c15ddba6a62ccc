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

/**
 * Stands in for AWS Systems Manager, which moto knows but runs nothing by: SendCommand really runs its lines, as root, in the
 * container that an instance id names here; GetCommandInvocation gives what they printed, cut as AWS cuts it.
 */
export async function startSystemsManager(containers: Readonly<Record<string, string>>) {
  const outputs = new Map<
    string,
    { Status: string; StandardOutputContent: string; StandardErrorContent: string }
  >();
  const answers: Record<string, (asked: never) => Promise<[number, object]>> = {
    SendCommand: async ({ InstanceIds: [box = ""], Parameters }: Sent) => {
      const container = containers[box];
      if (container === undefined) return [400, { __type: "InvalidInstanceId" }];
      const command = ["exec", "--user", "0:0", container, "sh", "-c", Parameters.commands.join("\n")];
      const { stdout, stderr, failed } = await execa("docker", command, { reject: false, stdin: "ignore" });
      const CommandId = `command-${outputs.size + 1}`;
      outputs.set(CommandId, {
        Status: failed ? "Failed" : "Success",
        StandardOutputContent: stdout.slice(0, keptCharacters),
        StandardErrorContent: stderr,
      });
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
