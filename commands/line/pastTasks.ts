import { flag } from "./option.ts";

/** Going back whatever cannot be undone. */
export const pastTasks = flag(
  "go back past tasks that are declared irreversible: their data stays as they left it",
);
