/** Tag keys that publishing sets; all begin with this prefix. */
export const TAG_PREFIX = "immutable-fleets:";

export const tagKeys = {
  /** Digest of the raw disk that the snapshot holds: "sha256:…". Snapshots are found and reused by it. */
  diskDigest: `${TAG_PREFIX}disk-digest`,
  /** Digest of what the disk was made from: with it the snapshot is found without building the disk again. */
  inputDigest: `${TAG_PREFIX}input-digest`,
  /** How it was asked to be encrypted: "none", "default-key", or the KMS key. Part of what makes a snapshot the same. */
  encryption: `${TAG_PREFIX}encryption`,
  /** Digest of the parent's disk, for readers; absent for a snapshot without a parent. */
  parentDigest: `${TAG_PREFIX}parent-digest`,
  /** Marks a snapshot that this program uploads: pending ones with it may be resumed or deleted. */
  upload: `${TAG_PREFIX}upload`,
} as const;

const ownerPrefix = `${TAG_PREFIX}owner:`;

/** The tag by which a snapshot or an AMI is somebody's (config/owner.ts); several may own one snapshot. */
export function ownerMark(owner: string): string {
  return `${ownerPrefix}${owner}`;
}

/** Whose a snapshot or an AMI with these tag keys is; nobody's where it was made before owners were noted. */
export function ownersOf(keys: readonly string[]): string[] {
  return keys.filter((key) => key.startsWith(ownerPrefix)).map((key) => key.slice(ownerPrefix.length));
}

/**
 * Longest tag key and value, and most tags of a resource (AWS tag restrictions, EC2 User Guide); some are left to those who own a
 * snapshot and to those who share it.
 */
const LIMITS = { keyCharacters: 128, valueCharacters: 256, tags: 50, marks: 10 };

export interface Identity {
  diskDigest: string;
  inputDigest: string | undefined;
  parentDigest: string | undefined;
  encryption: string;
}

/** Tags of a snapshot: the caller's, then those by which it is found again. Order is fixed: it is part of the token. */
export function snapshotTags(
  identity: Identity,
  tags: Readonly<Record<string, string>>,
): Record<string, string> {
  const sorted = Object.entries(tags).sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    ...Object.fromEntries(sorted),
    [tagKeys.diskDigest]: identity.diskDigest,
    [tagKeys.encryption]: identity.encryption,
    ...(identity.inputDigest === undefined ? {} : { [tagKeys.inputDigest]: identity.inputDigest }),
    ...(identity.parentDigest === undefined ? {} : { [tagKeys.parentDigest]: identity.parentDigest }),
    [tagKeys.upload]: "block-by-block",
  };
}

/** Every problem of the caller's tags, as `path: expected …, got …; fix`. */
export function tagProblems(tags: Readonly<Record<string, string>>): string[] {
  const room = LIMITS.tags - LIMITS.marks - Object.keys(tagKeys).length;
  const count = Object.keys(tags).length;
  const problems = count > room ? [`tags: expected at most ${room}, got ${count}; remove some`] : [];
  for (const [key, value] of Object.entries(tags)) {
    const where = `tags.${key}`;
    if (key.startsWith(TAG_PREFIX) || /^aws:/iu.test(key)) {
      problems.push(`${where}: expected a key without a reserved prefix, got ${key}; rename it`);
    }
    if (key.length > LIMITS.keyCharacters) {
      problems.push(
        `${where}: expected a key of at most ${LIMITS.keyCharacters} characters, got ${key.length}; shorten it`,
      );
    }
    if (value.length > LIMITS.valueCharacters) {
      problems.push(
        `${where}: expected at most ${LIMITS.valueCharacters} characters, got ${value.length}; shorten it`,
      );
    }
  }
  return problems;
}
