import { projectRoot } from "../../config/root.ts";
import type { ReleaseOutput } from "../../images/release/output.ts";
import { recordRelease } from "../../images/release/record.ts";
import { releaseFile } from "../../images/release/folder.ts";
import type { Release, ReleaseContent } from "../../images/release/release.ts";
import { newestRelease, readRelease } from "../../images/release/store.ts";
import { findStack, selectStack } from "../stack/stack.ts";

/** What a stack's outputs say of the release that it runs; undefined before the first successful `up`. */
export async function runningRelease(stack: string): Promise<ReleaseOutput | undefined> {
  const outputs = await (await selectStack(stack)).outputs();
  return outputs["release"]?.value as ReleaseOutput | undefined;
}

/** The same for a stack that may not exist. */
export async function runningReleaseIfAny(stack: string): Promise<ReleaseOutput | undefined> {
  const outputs = await (await findStack(stack))?.outputs();
  return outputs?.["release"]?.value as ReleaseOutput | undefined;
}

/**
 * What a stack runs: by its state, else (it is in another account's or machine's) by its newest release.
 * @throws Error where it has neither.
 */
export async function runningOrNewest(stack: string): Promise<ReleaseContent> {
  const release = (await runningReleaseIfAny(stack)) ?? newestRelease(projectRoot, stack);
  if (release) return release;
  throw new Error(
    `${stack}: expected an environment that runs something, got none; npm run up -- --stack ${stack}`,
  );
}

/**
 * The release that a stack runs, verified. Where the stack is in another account's or machine's state, the newest file of
 * its releases.
 * @throws Error when it has none.
 */
export async function provedRelease(stack: string): Promise<Release> {
  const output = await runningReleaseIfAny(stack);
  const release = output
    ? (await recordRelease(projectRoot, output)).release
    : newestRelease(projectRoot, stack);
  if (release) return release;
  throw new Error(
    `--from: expected a stack with a release, got ${stack}; npm run up -- --stack ${stack} makes one`,
  );
}

/** A release of an environment by its name, verified. @throws Error where it is another's. */
export function recordedRelease(from: string, name: string): Release {
  const [environment = "", number] = name.split("/");
  if (environment === from) return readRelease(projectRoot, releaseFile(environment, Number(number)));
  throw new Error(
    `--release: expected a release of ${from}, got ${name}; name one, or say --from ${environment}`,
  );
}
