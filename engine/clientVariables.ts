import { clientVariable } from "../config/tasks.ts";

/**
 * A box is told variables by those of the Docker client itself, so that no value stands on its command line: some names are its own.
 * @param where begins the message: `database: `. @throws Error for such a name.
 */
export function refuseClientVariables(names: readonly string[], where = ""): void {
  const taken = names.find((name) => clientVariable.test(name));
  if (taken === undefined) return;
  throw new Error(
    `${where}expected variables that are not the Docker client's own, got ${taken}; call it otherwise`,
  );
}
