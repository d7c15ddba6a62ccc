import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import type { Announcer } from "../announce/announcer.ts";
import { previewAhead } from "../preview/ahead.ts";
import type { PreviewReport } from "../preview/report.ts";
import { NotRecorded } from "./recorded.ts";

/** Runs an update that has been told of, and tells what came of it: of one that could not be recorded, that it succeeded. */
export async function announced<T extends { name: string | undefined }>(
  announcer: Announcer,
  update: (events: EngineEvent[]) => Promise<T>,
): Promise<T> {
  const events: EngineEvent[] = [];
  const done = await update(events).catch(async (error: unknown) => {
    await announcer.ended(error instanceof NotRecorded ? "succeeded" : "failed", events);
    throw error;
  });
  await announcer.ended("succeeded", events, done.name);
  return done;
}

/** A look at what an update would change, as often as somebody asks. @param replaces whether it makes anew what a preview takes for good. */
export function lookedOnce(stack: string, replaces: boolean): () => Promise<PreviewReport> {
  let looked: Promise<PreviewReport> | undefined;
  return async () => {
    looked ??= previewAhead(stack);
    const report = await looked;
    return replaces ? { ...report, changes: true } : report;
  };
}
