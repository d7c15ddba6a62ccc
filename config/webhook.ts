import { z } from "zod";
import { secretReference } from "./forms.ts";
import { matchingText } from "./text.ts";

/** Where updates are told of. */
export const webhookSchema = z
  .strictObject({
    url: matchingText(
      /^https:\/\/[\w.:[\]-]+(\/[^\s#]*)?$/,
      "an address by https, without a name and a password",
    ).describe("Who is sent a POST after each update that changed anything, or failed to."),
    secret: secretReference.describe(
      "What signs it, `${secret:NAME}`: `whsec_` and 24 to 64 bytes as base64, or another text of at least 24 characters.",
    ),
    started: z.boolean().default(false).describe("Send one before it, too."),
  })
  .describe("Who is told of updates, in the form of Standard Webhooks.");

export type WebhookSettings = z.output<typeof webhookSchema>;

const leastBytes = 24;

/** The bytes that sign, of a secret's text; undefined where it is too short, or says that it is base64 and is not. */
export function webhookKey(secret: string): Buffer | undefined {
  const [, encoded] = /^whsec_(.*)$/s.exec(secret) ?? [];
  if (encoded !== undefined && !/^[A-Za-z0-9+/]+={0,2}$/.test(encoded)) return undefined;
  const key = Buffer.from(encoded ?? secret, encoded === undefined ? "utf8" : "base64");
  return key.length >= leastBytes ? key : undefined;
}
