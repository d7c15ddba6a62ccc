import { why } from "./why.ts";

/** Going past a freeze, in an emergency. */
export const despiteFreeze = why(
  "REASON",
  "change the environment although it is frozen; who did so and why is recorded",
);
