import { z } from "zod";
import { matchingText } from "./text.ts";

export const registrySchema = z
  .strictObject({
    prefix: matchingText(/^\S+$/, "a registry and path such as registry.example/team").describe(
      "Registry and path before the image's name.",
    ),
    push: z.boolean().default(true).describe("Push what is built here."),
  })
  .describe("A registry that shares images between machines.");
