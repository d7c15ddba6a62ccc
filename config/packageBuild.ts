import { z } from "zod";
import { name, mountPath, relativePath, scalar } from "./forms.ts";
import { matchingText } from "./text.ts";

const argumentList = "a list of arguments such as [npm, ci] or [sh, -c, LINE]";
const variable = matchingText(/^[A-Za-z_][A-Za-z0-9_]*$/, "a variable name");

/** How the folder of a package is built before it is packed. */
export const packageBuildSchema = z
  .strictObject({
    image: matchingText(/^[^\s]+$/, "an image of a registry, pinned by its digest (name@sha256:…)")
      .optional()
      .describe("Existing image in which it is built, pinned by its digest (name@sha256:…)."),
    layer: name.optional().describe("Instead of an image: the layer in whose image it is built."),
    commands: z
      .array(z.array(z.string().min(1), { error: argumentList }).min(1, { error: argumentList }))
      .min(1)
      .describe("What is run there, one after the other, each a list of arguments: [npm, ci]."),
    output: z
      .array(relativePath)
      .min(1)
      .describe(
        "Files and folders that the commands make, and nfpm.yaml may name; what lies there before is no part of the source.",
      ),
    folder: mountPath
      .default("/build")
      .describe(
        "Where the source is then; for what has its own path in it, as a virtual environment of Python does, the place in the box.",
      ),
    ignore: z
      .array(relativePath)
      .default([])
      .describe("Files and folders that are no part of the source either: what tools leave there."),
    environment: z.record(variable, scalar).default({}).describe("Variables that the commands are given."),
    passes: z
      .array(variable)
      .default([])
      .describe(
        "Variables of this machine that they are given, such as a registry's token: their values count for no digest, and are in no log.",
      ),
  })
  .describe("How the source is built, in a container, before it is packed.");

export type PackageBuild = z.output<typeof packageBuildSchema>;
