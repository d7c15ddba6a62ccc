import { z } from "zod";
import { windowKey } from "./window.ts";

/** What is asked before an environment is changed: spread into the environment's keys. */
export const deploymentKeys = {
  requireSigned: z
    .boolean()
    .optional()
    .describe(
      "Refuse an image that is unsigned or altered before any box starts. Default: where releases are taken.",
    ),
  window: windowKey,
};
