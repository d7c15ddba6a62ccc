import { createInterface } from "node:readline";
import { Writable } from "node:stream";

/** Asks for a line at the terminal, which does not show it. */
export async function hidden(question: string): Promise<string> {
  process.stdout.write(question);
  const nowhere = new Writable({
    write: (_chunk, _encoding, done) => {
      done();
    },
  });
  const terminal = createInterface({ input: process.stdin, output: nowhere, terminal: true });
  try {
    return await new Promise<string>((resolve, reject) => {
      terminal.once("line", resolve);
      terminal.once("SIGINT", () => {
        reject(new Error("expected a value, got Ctrl-C; nothing is changed"));
      });
      terminal.once("close", () => {
        reject(new Error("expected a value, got the end of the input; nothing is changed"));
      });
    });
  } finally {
    terminal.close();
    process.stdout.write("\n");
  }
}
