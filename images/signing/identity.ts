import { z } from "zod";

/** A pattern of identities; one that has ended is good for what the log says was signed before. */
const trustedSchema = z.union([
  z.string().min(1),
  z.strictObject({ identity: z.string().min(1), until: z.iso.datetime() }),
]);

/** Whom the project trusts to sign without a key (releases/keys/keyless.json). In patterns `*` stands for characters within a part, `**` for whole parts. */
export const trustSchema = z.strictObject({
  /** Issuer of the identities' tokens. */
  issuer: z.url(),
  /** Identities as certificates name them: of a job, `REPOSITORY/PATH OF THE WORKFLOW@REF`. */
  identities: z.array(trustedSchema).min(1),
  /** Patterns of those identities that may record releases, and what else the ledger has; default: none, which keys sign then. */
  releases: z.array(z.string().min(1)).min(1).optional(),
  /** Patterns of the repositories whose jobs sign so; default: the one of the workflow. */
  repositories: z.array(z.string().min(1)).min(1).optional(),
  /** Patterns of the refs from which these jobs run; default: the one of the workflow. */
  refs: z.array(z.string().min(1)).min(1).optional(),
});
export type KeylessTrust = z.output<typeof trustSchema>;

/** A pattern of identities, and until when what they sign counts; undefined: it goes on. */
export interface TrustedIdentity {
  identity: string;
  until?: string;
}

/** All patterns, in one form. */
export function trustedPatterns({ identities }: KeylessTrust): TrustedIdentity[] {
  return identities.map((each) => (typeof each === "string" ? { identity: each } : each));
}

/**
 * When an identity ended, where that was before it signed; undefined where any pattern that it matches goes on, or ended later.
 * @param signedAt by when it had signed, as a log or an authority says that the project trusts, never as the signer says.
 */
export function endBeforeSigning(identity: string, trust: KeylessTrust, signedAt: Date): string | undefined {
  const ends = trustedPatterns(trust)
    .filter((each) => matches(each.identity, identity))
    .map(({ until }) => until);
  const isTrusted = ends.some((until) => until === undefined || signedAt < new Date(until));
  return isTrusted
    ? undefined
    : ends
        .filter((until) => until !== undefined)
        .sort()
        .at(-1);
}

/** An extension of a certificate. */
export interface CertificateExtension {
  oid?: { id: number[] } | undefined;
  /** Its content, DER. */
  value: Buffer;
}

/** Sigstore's extensions (github.com/sigstore/fulcio, docs/oid-info.md): where the job's code came from. */
const extensionIds = { repository: "1.3.6.1.4.1.57264.1.12", ref: "1.3.6.1.4.1.57264.1.14" } as const;

/** A workflow's repository, its file there, and the ref of that. A ref may have an @, the rest has none. */
const workflowForm = /^(?<repository>https:\/\/[^@]+?)(?:\/\.github\/workflows\/|\/\/)[^@]+@(?<ref>.+)$/;

/**
 * Why an identity whose certificate was verified is not trusted, as `expected …, got …; fix`; undefined when it is. A workflow of the
 * project may be called from another repository, or another branch: the certificate then names the workflow, and in its extensions whose
 * job that is.
 */
export function identityProblem(
  identity: string,
  extensions: readonly CertificateExtension[],
  trust: KeylessTrust,
): string | undefined {
  const patterns = trustedPatterns(trust).map((each) => each.identity);
  if (!patterns.some((pattern) => matches(pattern, identity)))
    return `expected one of ${patterns.join(", ")}, got ${identity}; add it if you trust whoever signed`;
  const own = workflowForm.exec(identity)?.groups;
  if (!own) return undefined;
  for (const [part, id] of Object.entries(extensionIds)) {
    const named = part === "repository" ? trust.repositories : trust.refs;
    const expected = named?.join(", ") ?? own[part] ?? "";
    const got = textOf(extensions.find(({ oid }) => oid?.id.join(".") === id));
    const isTrusted =
      got !== undefined && (named ? named.some((each) => matches(each, got)) : got === own[part]);
    if (!isTrusted)
      return `expected a job of the ${part} ${expected}, got ${got ?? "none in the certificate"} for ${identity}; name it in keyless.json if you trust its jobs`;
  }
  return undefined;
}

/** Why an identity may not sign what the ledger has; undefined where it may, as far as its name says. */
export function releasesProblem(identity: string, { releases }: KeylessTrust): string | undefined {
  if (!releases)
    return `expected identities that may record releases, got none in keyless.json; name those that may in "releases"`;
  if (releases.some((pattern) => matches(pattern, identity))) return undefined;
  return `expected one of ${releases.join(", ")}, which may record releases, got ${identity}; add it to "releases" if it may`;
}

/** Why a name is none of those that the project trusts now; undefined where it is one. */
export function nameProblem(identity: string, trust: KeylessTrust, now: Date): string | undefined {
  const known = trustedPatterns(trust).filter(({ until }) => until === undefined || now < new Date(until));
  if (!known.some((each) => matches(each.identity, identity)))
    return `expected one of ${known.map((each) => each.identity).join(", ")}, got ${identity}; add it if you trust its jobs`;
  return releasesProblem(identity, trust);
}

/** Whether a pattern stands for the whole text: `*` for any characters but / and @, `**` for any but @. */
function matches(pattern: string, text: string): boolean {
  const parts = pattern.split(/(\*\*?)/).map((part) => {
    if (part === "**") return "[^@]*";
    return part === "*" ? "[^@/]*" : part.replace(/[.+?^${}()|[\]\\]/g, String.raw`\$&`);
  });
  return new RegExp(`^${parts.join("")}$`, "s").test(text);
}

/** An extension's text: UTF8String, of up to 64 KiB (X.690, 8.1.3). */
function textOf(extension: CertificateExtension | undefined): string | undefined {
  const [tag, length = 0, ...rest] = extension?.value ?? [];
  if (tag !== 0x0c) return undefined;
  const more = length < 0x80 ? 0 : length - 0x80;
  const bytes = more === 0 ? length : rest.slice(0, more).reduce((sum, byte) => sum * 256 + byte, 0);
  const content = Buffer.from(rest).subarray(more);
  return more <= 2 && content.length === bytes ? content.toString() : undefined;
}
