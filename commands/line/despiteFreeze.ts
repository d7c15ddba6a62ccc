import { optional } from "./option.ts";

/** Going past a freeze, in an emergency. */
export const despiteFreeze = optional(
  "REASON",
  "change the environment although it is frozen; who did so and why is recorded",
);
