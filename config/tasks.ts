import { z } from "zod";
import { name, whole } from "./forms.ts";

/** Variables that the Docker client takes for its own: it brings boxes theirs by its own environment, so none of them has such a name. */
export const clientVariable = /^(PATH|HOME|DOCKER_.*)$/;

const taskSchema = z
  .strictObject({
    command: z
      .array(z.string().regex(/^[^\0]*$/, { error: "a text without NUL" }))
      .min(1)
      .describe("Program and arguments, without a shell; run as the application's service is."),
    timeoutSeconds: whole(1, 86_400, "whole seconds from 1 to 86400")
      .default(600)
      .describe("It is stopped after this time, and has failed."),
    irreversible: z
      .boolean()
      .default(false)
      .describe("It does to data what cannot be undone: no rollback goes to a release before it."),
  })
  .describe("A command that runs once, in a box of its own.");

/** The keys of an application that are about its tasks. */
export const taskKeys = {
  tasks: z.record(name, taskSchema).optional().describe("Commands of the application, by name."),
  before: z
    .array(name)
    .optional()
    .describe(
      "Its tasks that run, in this order, before boxes of another image are made; one that fails swaps nothing.",
    ),
};

/** The same of one environment. */
export const environmentTaskKeys = {
  before: z
    .array(name)
    .optional()
    .describe("Its tasks that run before a swap here; default: those of the application."),
};

export type TaskSettings = z.output<typeof taskSchema>;
