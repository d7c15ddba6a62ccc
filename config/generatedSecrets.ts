import { z } from "zod";
import { name } from "./forms.ts";

/** The keys of an environment that are about secrets which nobody sets. */
export const generatedSecretKeys = {
  generatedSecrets: z
    .array(name)
    .default([])
    .describe("Secrets made at the first run and kept in the state."),
  rotatedSecrets: z
    .record(name, z.string().min(1))
    .default({})
    .describe(
      "Which of them are made anew: with another text here, another one, `npm run secrets -- rotate NAME` writes the time.",
    ),
};
