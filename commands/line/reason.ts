import { optional } from "./option.ts";

/** Why a release is recorded. */
export const reason = optional("TEXT", "why, for npm run releases (default: the commit's first line)");
