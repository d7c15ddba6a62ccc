import { writeEnvironment } from "../stack/writeEnvironment.ts";
import type { KnownSecret } from "./secretsOf.ts";
import { setSecret } from "./write.ts";

/** `20261130T085007Z`: other forms the engine's reader of YAML takes for more than text. */
function compactTime(time: Date): string {
  return time.toISOString().replace(/[-:]|\.\d+/g, "");
}

/**
 * Gives a secret that is there another value: one that is made up by the next update, which the stack's file says when from; one that
 * somebody set by what `value` asks for.
 * @throws Error for one that is not there, or that backups are sealed by.
 */
export async function rotateSecret(
  root: string,
  stack: string,
  name: string,
  known: readonly KnownSecret[],
  value: () => Promise<string>,
): Promise<void> {
  const secret = known.find((each) => each.name === name);
  if (secret === undefined || secret.origin === "missing")
    throw new Error(
      `secrets.${name}: expected a secret of ${stack} to rotate, got none; set it by npm run secrets -- set ${name}`,
    );
  const sealed = secret.places.filter((place) => place.endsWith(".backup.key"));
  if (sealed.length > 0)
    throw new Error(
      `secrets.${name}: expected a secret that is no key of backups, got ${sealed.join(", ")}, and those that exist can be read by this one alone; name another secret there, and keep this one`,
    );
  if (secret.origin === "set") return setSecret(stack, name, await value());
  writeEnvironment(root, stack, ["rotatedSecrets", name], compactTime(new Date()));
}
