import { createInterface } from "node:readline/promises";

/** Whether the user says yes to a question. @throws Error where nobody can be asked. */
export async function confirmed(question: string): Promise<boolean> {
  if (!process.stdin.isTTY)
    throw new Error("--yes: expected it where nobody can be asked, got no terminal; add --yes");
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return /^y(es)?$/i.test(await terminal.question(question));
  } finally {
    terminal.close();
  }
}
