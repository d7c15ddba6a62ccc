import { once } from "node:events";
import { createInterface } from "node:readline/promises";

/** Whether somebody at the terminal types just this name. */
export async function isTyped(name: string, purpose: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  // Ctrl-C and Ctrl-D close it, and leave the question without an answer.
  const closed = once(terminal, "close").then(() => "");
  try {
    const answer = await Promise.race([terminal.question(`Type ${name} ${purpose}: `), closed]);
    return answer.trim() === name;
  } finally {
    terminal.close();
  }
}
