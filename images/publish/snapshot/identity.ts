import { hash } from "node:crypto";

/** What decides whether two publications are the same snapshot. */
export interface UploadIdentity {
  diskDigest: string;
  parentSnapshotId: string | undefined;
  encryption: string;
  region: string;
  /** Base address of the service where it is not AWS's own. */
  endpoint: string | undefined;
}

/** "none", "default-key" (the account's default KMS key) or the KMS key's ARN: the value of the encryption tag. */
export function encryptionLabel(encrypted: boolean, kmsKeyArn: string | undefined): string {
  if (!encrypted) return "none";
  return kmsKeyArn ?? "default-key";
}

/** Name of an upload in the state folder: 64 hexadecimal characters. */
export function uploadKey(identity: UploadIdentity): string {
  return hash("sha256", JSON.stringify(fields(identity)), "hex");
}

/**
 * ClientToken of StartSnapshot: the same disk, parent, encryption, size and tags give the same token, so that AWS answers
 * a repeated request with the snapshot of the first one instead of making a second.
 *
 * It covers every parameter of the request, because AWS refuses a known token with other parameters (ConflictException),
 * and the number of the attempt, because a token whose snapshot was deleted may not make a new one.
 *
 * @returns 64 hexadecimal characters: the longest that AWS takes (ebs-direct-api-idempotency)
 */
export function clientToken(
  identity: UploadIdentity,
  request: { volumeGiB: number; tags: Readonly<Record<string, string>> },
  attempt: number,
): string {
  const tags = Object.entries(request.tags).sort(([a], [b]) => (a < b ? -1 : 1));
  return hash("sha256", JSON.stringify([...fields(identity), request.volumeGiB, tags, attempt]), "hex");
}

function fields(identity: UploadIdentity): (string | null)[] {
  const { diskDigest, parentSnapshotId, encryption, region, endpoint } = identity;
  return [diskDigest, parentSnapshotId ?? null, encryption, region, endpoint ?? null];
}
