import { z } from "zod";
import { whole } from "./forms.ts";

const command = z.array(z.string().regex(/^[^\0]*$/, { error: "a text without NUL" })).min(1);

/** Programs of the project that are run around an update. */
export const hooksSchema = z
  .strictObject({
    before: command
      .optional()
      .describe(
        "Program and arguments, without a shell, run before anything is changed; where it ends with another code than 0, nothing is.",
      ),
    after: command
      .optional()
      .describe("The same after an update, whether it succeeded or failed; it undoes nothing."),
    timeoutSeconds: whole(1, 3600, "whole seconds from 1 to 3600")
      .default(60)
      .describe("Each is ended after this time, with all that it started, and has failed."),
  })
  .describe(
    "Programs that are run before and after an update that changes anything, and are given what as JSON.",
  );

export type HookSettings = z.output<typeof hooksSchema>;
