import type { DockerClient, DockerEnd } from "./DockerClient.ts";

/**
 * What a command in a box writes to standard output, while it does.
 * @throws Error with what it said where it failed, at the end: whoever reads on must not take what came before for all.
 */
export async function* outputOf(
  engine: DockerClient,
  box: string,
  command: readonly string[],
): AsyncGenerator<Uint8Array> {
  succeeded(command, yield* engine.output(["exec", box, ...command]));
}

/** Gives a command in a box its standard input. @throws Error of the input, or with what the command said. */
export async function inputTo(
  engine: DockerClient,
  box: string,
  command: readonly string[],
  input: AsyncIterable<Uint8Array>,
): Promise<void> {
  const end = await engine.feed(["exec", "--interactive", box, ...command], input);
  succeeded(command, end);
  if (!end.whole)
    throw new Error(`${command[0] ?? ""}: expected that it reads all of its input, got an end before`);
}

/** What a command in a box prints, as text. @throws Error with what it said where it failed. */
export async function answerOf(
  engine: DockerClient,
  box: string,
  command: readonly string[],
): Promise<string> {
  const answer = await engine.exec(box, command);
  succeeded(command, answer);
  return answer.stdout.trim();
}

/** Its arguments may be data: the program alone is named. */
function succeeded([program = ""]: readonly string[], { exitCode, stderr }: DockerEnd): void {
  if (exitCode === 0) return;
  throw new Error(
    `${program}: expected exit code 0, got ${exitCode ?? "none"}; it said: ${stderr.trim() || "nothing"}`,
  );
}
