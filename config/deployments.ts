import { z } from "zod";
import { hooksSchema } from "./hooks.ts";
import { webhookSchema } from "./webhook.ts";
import { windowKey } from "./window.ts";

/** What is asked before an environment is changed, and who is told: spread into the environment's keys. */
export const deploymentKeys = {
  requireSigned: z
    .boolean()
    .optional()
    .describe(
      "Refuse an image that is unsigned or altered before any box starts. Default: where releases are taken.",
    ),
  window: windowKey,
  hooks: hooksSchema.optional(),
  webhook: webhookSchema.optional(),
};
