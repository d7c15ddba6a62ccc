import type { CommandError } from "@pulumi/pulumi/automation/index.js";
import { wasShown } from "./output.ts";

/** What a run of the engine said before it failed. */
export interface EngineWords {
  stdout: string;
  stderr: string;
  /** Undefined where it was ended by a signal, or never began. */
  exitCode?: number | undefined;
}

interface Result extends EngineWords {
  /** The failure as execa tells it; then the fields beside it hold nothing of use. */
  err?: Partial<EngineWords> & { shortMessage?: string; message?: string };
}

/** What the engine said of a failure on each of its outputs. */
export function wordsOf(error: CommandError): EngineWords {
  // The SDK keeps it from its types alone.
  const { stdout, stderr, exitCode, err } = (error as unknown as { commandResult: Result }).commandResult;
  if (!err) return { stdout, stderr, exitCode };
  const ended = err.shortMessage ?? err.message ?? "";
  // A program that could not be started has said nothing; that it could not is all there is to say.
  const started = err.exitCode !== undefined || (err.stderr ?? "") !== "";
  return { stdout: err.stdout ?? "", stderr: started ? (err.stderr ?? "") : ended, exitCode: err.exitCode };
}

/** The words of a failure that nobody has seen yet; never empty, unless all that was said was shown. */
export function unseenWords(error: CommandError): string {
  const { stdout, stderr, exitCode } = wordsOf(error);
  const said = [stdout, stderr].map((text) => text.trim()).filter((text) => text !== "");
  if (said.length === 0)
    return `pulumi: expected exit code 0, got ${exitCode ?? "none"}, and it said nothing`;
  return said.filter((text) => !wasShown(text)).join("\n");
}
