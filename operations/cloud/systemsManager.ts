import { setTimeout as sleep } from "node:timers/promises";
import { GetCommandInvocationCommand, SendCommandCommand, SSMClient } from "@aws-sdk/client-ssm";

const timeoutSeconds = 300;
const lookEveryMilliseconds = 1000;
const unfinished = new Set(["Pending", "InProgress", "Delayed", "Cancelling"]);

/**
 * Has a box run a line of shell, by AWS Systems Manager, as root.
 * @returns what it printed: AWS cuts it at 24,000 characters.
 * @throws Error that says why it did not run to its end.
 */
export async function runOnBox(region: string, box: string, line: string, about: string): Promise<string> {
  const client = new SSMClient({ region });
  try {
    const { Command } = await client
      .send(
        new SendCommandCommand({
          InstanceIds: [box],
          DocumentName: "AWS-RunShellScript",
          Comment: about,
          TimeoutSeconds: timeoutSeconds,
          Parameters: { commands: [line], executionTimeout: [String(timeoutSeconds)] },
        }),
      )
      .catch(withoutAgent);
    return await answerOf(client, Command?.CommandId ?? "", box);
  } finally {
    client.destroy();
  }
}

async function answerOf(client: SSMClient, CommandId: string, InstanceId: string): Promise<string> {
  const end = Date.now() + 2 * timeoutSeconds * 1000;
  for (;;) {
    const answer = await client
      .send(new GetCommandInvocationCommand({ CommandId, InstanceId }))
      .catch(notYetKnown);
    const status = answer?.Status ?? "Pending";
    if (status === "Success") return answer?.StandardOutputContent ?? "";
    if (!unfinished.has(status)) {
      const [reason] = (answer?.StandardErrorContent ?? "").trim().split("\n").slice(-1);
      throw new Error(`expected the check to end well, got ${status}${reason ? `: ${reason}` : ""}`);
    }
    if (Date.now() > end) throw new Error(`expected an answer within ${2 * timeoutSeconds} s, got ${status}`);
    await sleep(lookEveryMilliseconds);
  }
}

/** A command that was just sent may not be known to all of AWS. */
function notYetKnown(error: unknown): undefined {
  if (error instanceof Error && error.name === "InvocationDoesNotExist") return undefined;
  throw error;
}

function withoutAgent(error: unknown): never {
  if (!(error instanceof Error) || error.name !== "InvalidInstanceId") throw error;
  throw new Error(
    "expected an agent of Systems Manager there, got none; bring it by a role, and let the boxes' role use it (AmazonSSMManagedInstanceCore)",
    { cause: error },
  );
}
