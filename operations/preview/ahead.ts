import * as path from "node:path";
import { execa } from "execa";
import { projectRoot } from "../../config/root.ts";
import { interruptionSignal } from "../../work/interruption.ts";
import type { PreviewReport } from "./report.ts";

const program = path.join(import.meta.dirname, "main.ts");

/**
 * What an update of a stack would do, looked at before it in a process of its own, since the program runs once in each.
 * @throws Error where the look fails, which has said why.
 */
export async function previewAhead(stack: string): Promise<PreviewReport> {
  const { exitCode, stdout } = await execa(process.execPath, [program, stack], {
    cwd: projectRoot,
    stdin: "ignore",
    stderr: "inherit",
    reject: false,
    cancelSignal: interruptionSignal,
  });
  if (exitCode === 0) return JSON.parse(stdout) as PreviewReport;
  throw new Error(`${stack}: expected a look at what would change, got none; nothing was changed; see above`);
}
