import { randomUUID } from "node:crypto";
import type { EngineEvent, Stack } from "@pulumi/pulumi/automation/index.js";
import type { HookSettings } from "../../config/hooks.ts";
import { projectRoot } from "../../config/root.ts";
import { recorderOf } from "../../images/release/recorder.ts";
import { endWhereInterrupted, interruptionSignal } from "../../work/interruption.ts";
import { reportOf, type PreviewReport } from "../preview/report.ts";
import { stepsOf } from "../preview/step.ts";
import { announcementOf, type Announcement, type AnnouncedUpdate } from "./announcement.ts";
import { runHook, usualGrace, type HookTime } from "./hook.ts";
import { announceSettings, webhookKeyIn, type AnnounceSettings } from "./settings.ts";
import { sendWebhook, usualPatience, type WebhookReceiver } from "./webhook.ts";

/** Tells hooks and a webhook of one update. */
export interface Announcer {
  /** @throws Error where the hook refuses; nothing is to be changed then. @param look what would change, asked where somebody wants to know. */
  started(look: () => Promise<PreviewReport>): Promise<void>;
  /** Never throws: what has failed is said. */
  ended(result: "succeeded" | "failed", events: readonly EngineEvent[], release?: string): Promise<void>;
}

/** Who is told of an update of a stack; of one for which nobody is configured, nobody. */
export async function announcerOf(
  stack: Stack,
  reason: string | undefined,
  root = projectRoot,
): Promise<Announcer> {
  const settings = announceSettings(root, stack.name);
  if (!settings) return { started: () => Promise.resolve(), ended: () => Promise.resolve() };
  const { webhook } = settings;
  const key = webhook && (await webhookKeyIn(stack, webhook));
  const receiver = key && { ...usualPatience, url: webhook.url, key };
  return announcing(stack.name, settings, receiver, { reason, root });
}

/** The same, of who is told what and how. */
export function announcing(
  stack: string,
  { hooks, webhook, takes }: AnnounceSettings,
  receiver: WebhookReceiver | undefined,
  { reason, root }: { reason: string | undefined; root: string },
): Announcer {
  const update = randomUUID();
  const begun = Date.now();
  const recorder = recorderOf(root, reason);
  let sent: Promise<void> | undefined;
  let isAnnounced = false;
  const told = (known: Pick<AnnouncedUpdate, "type" | "release" | "seconds" | "report">): Announcement =>
    announcementOf({ ...known, now: new Date(), update, recorder, takes });
  const send = async (announcement: Announcement) => {
    if (!receiver) return;
    // Whoever wants it to end does not wait for one that is away.
    const patience = interruptionSignal.aborted ? { ...receiver, pausesMilliseconds: [] } : receiver;
    const problem = await sendWebhook(patience, `${update}.${announcement.type}`, announcement);
    if (problem !== undefined) say(webhookProblem(stack, receiver, problem));
  };
  return {
    started: async (look) => {
      if (!hooks?.before && !webhook?.started) return;
      const report = await look();
      if (!report.changes) return;
      const announcement = told({ type: "update.started", report, release: undefined, seconds: undefined });
      endWhereInterrupted();
      const failure = hooks?.before && (await runHook(root, hooks.before, announcement, timeOf(hooks)));
      endWhereInterrupted();
      if (hooks?.before && failure !== undefined) throw new Error(refused(stack, hooks.before, failure));
      isAnnounced = true;
      // The update waits for nobody who is told; the next message does, for this one.
      if (webhook?.started) sent = send(announcement);
    },
    ended: async (result, events, release) => {
      try {
        const report = reportOf(stack, stepsOf(events));
        if (!report.changes && !isAnnounced) return;
        const seconds = Math.round((Date.now() - begun) / 100) / 10;
        const announcement = told({ type: `update.${result}`, report, release, seconds });
        const failure = hooks?.after && (await runHook(root, hooks.after, announcement, timeOf(hooks)));
        if (hooks?.after && failure !== undefined) say(afterProblem(stack, hooks.after, failure));
        await sent;
        await send(announcement);
      } catch (error) {
        say(`${stack}: expected the update to be told of, got: ${String(error)}; it stands as it is`);
      }
    },
  };
}

function timeOf({ timeoutSeconds }: HookSettings): HookTime {
  return { timeoutSeconds, graceMilliseconds: usualGrace };
}

function refused(stack: string, [program = ""]: readonly string[], failure: string): string {
  return `${stack}: expected ${program} (environment.hooks.before) to let the update go on, got ${failure}; nothing was changed; see what it said`;
}

function afterProblem(stack: string, [program = ""]: readonly string[], failure: string): string {
  return `${stack}: expected ${program} (environment.hooks.after) to end well, got ${failure}; what the update did stands`;
}

function webhookProblem(stack: string, { url }: WebhookReceiver, problem: string): string {
  return `${stack}: expected ${new URL(url).host} (environment.webhook) to take the message, got ${problem}; what the update did stands`;
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
