import { existsSync } from "node:fs";
import * as path from "node:path";
import type { Stack } from "@pulumi/pulumi/automation/index.js";
import { z } from "zod";
import { hooksSchema, type HookSettings } from "../../config/hooks.ts";
import { promotion } from "../../config/promotion.ts";
import { writtenConfiguration } from "../../config/read/readFiles.ts";
import { secretNames } from "../../config/secretValues.ts";
import { webhookKey, webhookSchema, type WebhookSettings } from "../../config/webhook.ts";

/** Who is told of updates of an environment. */
export interface AnnounceSettings {
  hooks: HookSettings | undefined;
  webhook: WebhookSettings | undefined;
  /** The release that the environment takes: `dev/4`, a file, or `dev` for its newest; undefined: it builds. */
  takes: string | undefined;
}

const settingsSchema = z.object({
  ...promotion,
  hooks: hooksSchema.optional(),
  webhook: webhookSchema.optional(),
});

/** As the stack's files say it; undefined: nobody. What is wrong there is refused with all else before an update. */
export function announceSettings(root: string, stack: string): AnnounceSettings | undefined {
  if (!existsSync(path.join(root, `Pulumi.${stack}.yaml`))) return undefined;
  const { data } = settingsSchema.safeParse(writtenConfiguration(root, stack).input["environment"]);
  if (!data?.hooks && !data?.webhook) return undefined;
  return { hooks: data.hooks, webhook: data.webhook, takes: takenBy(data) };
}

function takenBy({
  promoteFrom,
  release,
}: Pick<z.output<typeof settingsSchema>, keyof typeof promotion>): string | undefined {
  if (release === undefined) return promoteFrom;
  return /^\d+$/.test(String(release)) ? `${promoteFrom ?? ""}/${release}` : String(release);
}

/** What signs for a stack's webhook. @throws Error where nobody has set it. */
export async function webhookKeyIn(stack: Stack, { secret }: WebhookSettings): Promise<Buffer> {
  const all = await stack.getAllConfig();
  const text = Object.entries(all).find(([key]) => key.endsWith(":secrets"))?.[1].value ?? "{}";
  const values = JSON.parse(text) as Record<string, unknown>;
  const [name = ""] = secretNames(secret);
  const value = values[name];
  const key = typeof value === "string" ? webhookKey(value) : undefined;
  if (key) return key;
  throw new Error(
    `environment.webhook.secret: expected a secret ${name} of at least 24 bytes, got none; nothing was changed; npm run secrets -- set ${name} --stack ${stack.name}`,
  );
}
