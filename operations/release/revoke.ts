import { projectRoot } from "../../config/root.ts";
import type { ReleaseOutput } from "../../images/release/output.ts";
import { recorderOf } from "../../images/release/recorder.ts";
import { recordRevocation, revocations, type Revocation } from "../../images/release/revocation.ts";
import { revokedPlaces, wayOut } from "../../images/release/revoked.ts";
import { refuseUntrustedSigner } from "../../images/release/signature.ts";
import { allStackNames } from "../state/stacks.ts";
import { runningReleaseIfAny } from "./running.ts";

/** What a revocation came to: whether it is new, and the stacks that run what is revoked, each with the way out. */
export interface RevokedReport {
  revocation: Revocation;
  isNew: boolean;
  running: { stack: string; places: string[]; wayOut: string }[];
}

/** Revokes an image or disk by its digest, and says where it runs. */
export async function revoke(digest: string, reason: string, root = projectRoot): Promise<RevokedReport> {
  await refuseUntrustedSigner(root);
  const recorded = await recordRevocation(root, digest, recorderOf(root, reason));
  const stacks = await Promise.all(
    (await allStackNames()).map(async (stack) => [stack, await runningReleaseIfAny(stack)] as const),
  );
  const running = stacks.flatMap(([stack, release]) => affected(root, stack, release, recorded.revocation));
  return { ...recorded, running };
}

/** A stack that runs what a revocation names, or what stands on it; none where it does not. */
export function affected(
  root: string,
  stack: string,
  release: ReleaseOutput | undefined,
  revocation: Revocation,
): RevokedReport["running"] {
  const places = release ? revokedPlaces(root, release, [revocation]).map(({ place }) => place) : [];
  if (!release || places.length === 0) return [];
  const source = release.promotedFrom?.split("/")[0] ?? stack;
  return [{ stack, places, wayOut: wayOut(root, stack, source, revocations(root)) }];
}

/** What is said of it. */
export function revokedText({ revocation, isNew, running }: RevokedReport): string {
  const { digest, number, createdAt, ledger } = revocation;
  const first = isNew
    ? `revoked/${number}: nothing runs from ${digest} any more, nor from what stands on it, once it has ended`
    : `revoked/${number}: ${digest} is revoked since ${createdAt.slice(0, 10)} by ${ledger.author}: ${ledger.reason ?? ""}`;
  const lines = running.map(
    ({ stack, places, wayOut: way }) => `${stack} runs it (${places.join(", ")}): ${way}`,
  );
  return [first, ...(lines.length > 0 ? lines : ["No environment runs it."])]
    .map((line) => `${line}\n`)
    .join("");
}
