import type { Problem } from "../problem.ts";
import type { Configuration } from "../schema.ts";
import { unknown } from "./problems.ts";
import { setSecretCommand } from "./setSecret.ts";

/** Backups of what nobody says how to dump, of what runs elsewhere, and with secrets that nobody sets. */
export function backupProblems(
  { accessories, environment }: Configuration,
  secrets: readonly string[],
): Problem[] {
  const known = [...secrets, ...environment.generatedSecrets];
  return Object.entries(environment.accessories).flatMap(([name, { backup, address }]) => {
    const accessory = accessories[name];
    if (!backup || !accessory) return [];
    const path = ["environment", "accessories", name, "backup"];
    return [
      ...(address === undefined ? [] : [elsewhere(path.join("."), address)]),
      ...(accessory.backup ? [] : [untold(name)]),
      ...(known.includes(backup.key) ? [] : [keyProblem([...path, "key"], backup.key, known)]),
    ];
  });
}

function elsewhere(path: string, address: string): Problem {
  const expected = "none, since the accessory runs elsewhere";
  return { path, expected, got: `one of ${address}`, fix: "remove it, and back it up there" };
}

function untold(name: string): Problem {
  return {
    path: `accessories.${name}.backup`,
    expected: "how its data is dumped, restored and checked",
    got: "nothing",
    fix: "add dump, restore and check (docs/backups.md has examples)",
  };
}

function keyProblem(path: readonly string[], key: string, known: readonly string[]): Problem {
  return {
    ...unknown(path, "secret", key, known),
    fix: `set it by ${setSecretCommand(key)}, or list it in environment.generatedSecrets`,
  };
}
