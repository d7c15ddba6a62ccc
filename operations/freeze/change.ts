import { projectRoot } from "../../config/root.ts";
import { freezeWords, recordFreeze } from "../../images/release/freeze.ts";
import { recorderOf } from "../../images/release/recorder.ts";
import { refuseUntrustedSigner } from "../../images/release/signature.ts";

/** Freezes an environment until somebody ends it, or until a time. @returns what is said of it. @throws Error where it is frozen. */
export async function beginFreeze(
  stack: string,
  reason: string,
  until: Date | undefined,
  root = projectRoot,
  now = new Date(),
): Promise<string> {
  if (until && until <= now)
    throw new Error(
      `--until: expected a time to come, got ${until.toISOString()}; it is ${now.toISOString()} now`,
    );
  await refuseUntrustedSigner(root);
  const entry = await recordFreeze(
    root,
    { of: stack, change: "freeze", until },
    recorderOf(root, reason),
    now,
  );
  return `${stack} is ${entry ? freezeWords(entry) : "frozen"}\nWhat has begun there goes on to its end.\n`;
}

/** Ends the freeze of an environment. @returns what is said of it. */
export async function endFreeze(
  stack: string,
  reason: string | undefined,
  root = projectRoot,
  now = new Date(),
): Promise<string> {
  await refuseUntrustedSigner(root);
  // Unlike a release's, its reason is not the commit that happens to be checked out.
  const ended = await recordFreeze(root, { of: stack, change: "end" }, recorderOf(root, reason ?? ""), now);
  return ended ? `${stack} takes changes again.\n` : `${stack} is not frozen.\n`;
}
