import * as path from "node:path";
import { bundleFromJSON, bundleToJSON, type SerializedBundle } from "@sigstore/bundle";
import { SigningConfig, TrustedRoot } from "@sigstore/protobuf-specs";
import type { IdentityProvider } from "@sigstore/sign";
import { toSignedEntity, toTrustMaterial, Verifier, type SignedEntity } from "@sigstore/verify";
import { z } from "zod";
import {
  endBeforeSigning,
  identityProblem,
  releasesProblem,
  trustedPatterns,
  trustSchema,
  type KeylessTrust,
  type TrustedIdentity,
} from "./identity.ts";
import { trustedFile, trustFolder } from "../ledger/trust.ts";

const timeoutMilliseconds = 30_000;
const retries = 5;

/** Who may sign without a key, and the two files in which an instance of Sigstore describes itself. */
export const keylessFiles = {
  trust: `${trustFolder}/keyless.json`,
  trustedRoot: `${trustFolder}/trusted_root.json`,
  signingConfig: `${trustFolder}/signing_config.json`,
} as const;

/** A job's token has a subject; people's have an address. */
const claimsSchema = z.object({
  sub: z.string().min(1),
  email: z.undefined().optional(),
  /** GitHub's: the workflow and its ref. */
  job_workflow_ref: z.string().optional(),
  /** GitLab's: the file of the pipeline and its ref. */
  ci_config_ref_uri: z.string().optional(),
});
export type JobClaims = z.output<typeof claimsSchema>;

type BundleType = "dsseEnvelope" | "messageSignature";

/** Whether the CI system that runs this offers its job an identity; so says the library's CIContextProvider. */
function offersIdentity(environment: NodeJS.ProcessEnv = process.env): boolean {
  const has = (name: string) => (environment[name] ?? "") !== "";
  const github = has("ACTIONS_ID_TOKEN_REQUEST_URL") && has("ACTIONS_ID_TOKEN_REQUEST_TOKEN");
  return github || has("SIGSTORE_ID_TOKEN") || environment["BUILDKITE"] === "true";
}

/** Whether what is built here is signed without a key: the project says whom it trusts, and the job has an identity. */
export function signsKeyless(root: string): boolean {
  return trustedFile(root, path.basename(keylessFiles.trust)) !== undefined && offersIdentity();
}

/** Whether what is recorded here is signed so: the project also says which identities may record releases. */
export function recordsKeyless(root: string): boolean {
  return signsKeyless(root) && trustOf(root).releases !== undefined;
}

/**
 * Signs bytes in the name of the job's identity: with a certificate of minutes, recorded in a public log.
 * @returns a Sigstore bundle with a DSSE envelope, which is verified without asking any host.
 * @throws Error, as `expected …, got …; fix`; never with the identity's token.
 */
export function signKeyless(root: string, data: Buffer, type: string): Promise<SerializedBundle> {
  return signedBundle(root, "dsseEnvelope", { data, type });
}

/**
 * The same of an entry of the ledger, which stands beside its signature: that names its digest alone.
 * @throws Error, also where nobody would trust it.
 */
export async function signEntryKeyless(root: string, data: Buffer): Promise<SerializedBundle> {
  const bundle = await signedBundle(root, "messageSignature", { data });
  entrySigner(root, bundle, data);
  return bundle;
}

async function signedBundle(
  root: string,
  bundleType: BundleType,
  artifact: { data: Buffer; type?: string },
): Promise<SerializedBundle> {
  const signingConfig = parsed(root, keylessFiles.signingConfig, (json) => SigningConfig.fromJSON(json));
  // With a client of HTTP, which verifying needs as little as most commands do.
  const { bundleBuilderFromSigningConfig, CIContextProvider } = await import("@sigstore/sign");
  const ofJob = new CIContextProvider();
  try {
    const builder = bundleBuilderFromSigningConfig({
      signingConfig,
      identityProvider: { getToken: () => identityToken(ofJob) },
      bundleType,
      fetchOptions: { timeout: timeoutMilliseconds, retry: { retries } },
    });
    return bundleToJSON(await builder.create(artifact));
  } catch (error) {
    throw new Error(
      `${keylessFiles.signingConfig}: expected a signature by the job's identity, got: ${reasons(error)}; run it again, or remove ${keylessFiles.trust} to sign with a key`,
      { cause: error },
    );
  }
}

/** The claims of the token of the job that runs this. @throws Error where there is none. */
export async function jobClaims(): Promise<JobClaims> {
  const { CIContextProvider } = await import("@sigstore/sign");
  try {
    return claimsIn(await identityToken(new CIContextProvider()));
  } catch (error) {
    throw new Error(
      `${keylessFiles.trust}: expected the token of this job, got: ${reasons(error)}; run it again, or remove that file to sign with a key`,
      { cause: error },
    );
  }
}

/** The job's token. One without a subject is refused here: the library would put it into its message. */
async function identityToken(ofJob: IdentityProvider): Promise<string> {
  const token = await ofJob.getToken();
  if (hasSubject(token)) return token;
  throw new Error("expected a JSON Web Token of the CI system with the job as its subject, got another");
}

function hasSubject(token: string): boolean {
  try {
    claimsIn(token);
    return true;
  } catch {
    return false;
  }
}

function claimsIn(token: string): JobClaims {
  return claimsSchema.parse(JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString()));
}

function reasons(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : `${error.message}: ${reasons(error.cause)}`;
}

/** What an identity signed after it had ended. */
export class SignedAfterEnd extends Error {}

/** Whom the project trusts to sign without a key: none where it does not say. @throws Error, as `expected …, got …; fix`. */
export function trustedIdentities(root: string): TrustedIdentity[] {
  return trustedFile(root, path.basename(keylessFiles.trust)) === undefined
    ? []
    : trustedPatterns(trustOf(root));
}

/** All that the project says of identities. @throws Error, as trustedIdentities, and where it says nothing. */
export function trustOf(root: string): KeylessTrust {
  return parsed(root, keylessFiles.trust, (json) => trustSchema.parse(json));
}

/**
 * The identity that signed a statement, by its bundle, verified with the files of the project alone.
 * @throws Error that says why it is not trusted.
 */
export function keylessSigner(root: string, bundle: unknown): string {
  return verifiedSigner(root, bundle, "dsseEnvelope");
}

/** The same of an entry of the ledger, which not every identity need be trusted with. @param data its bytes. */
export function entrySigner(root: string, bundle: unknown, data: Buffer): string {
  const name = verifiedSigner(root, bundle, "messageSignature", data);
  const problem = releasesProblem(name, trustOf(root));
  if (problem !== undefined) throw new Error(problem);
  return name;
}

function verifiedSigner(root: string, bundle: unknown, type: BundleType, data?: Buffer): string {
  const trust = trustOf(root);
  const trustedRoot = parsed(root, keylessFiles.trustedRoot, (json) => TrustedRoot.fromJSON(json));
  const signed = bundleFromJSON(bundle);
  // What was verified is what is read: a bundle that has both is neither.
  if (signed.content.$case !== type)
    throw new Error(
      `expected a bundle of the type ${type}, got one of ${signed.content.$case}; sign it again`,
    );
  const entity = toSignedEntity(signed, data);
  const { identity } = new Verifier(toTrustMaterial(trustedRoot)).verify(entity, {
    // Compared below, as a text, not as a pattern of this library's.
    subjectAlternativeName: /^/,
    extensions: { issuer: trust.issuer },
  });
  const name = identity?.subjectAlternativeName ?? "";
  const problem = identityProblem(name, identity?.oids ?? [], trust);
  if (problem !== undefined) throw new Error(problem);
  const time = signedBy(entity);
  const end = endBeforeSigning(name, trust, time);
  if (end === undefined) return name;
  throw new SignedAfterEnd(
    `expected what ${name} signed before its end at ${end}, got what was logged at ${time.toISOString()}; sign it anew by whom the project trusts`,
  );
}

/**
 * By when an entity that was verified had been signed. Of several witnesses each saw the signature only once there was one: the earliest counts. An entry
 * of the log has a time that somebody vouches for only with its promise.
 */
function signedBy({ timestamps }: SignedEntity): Date {
  const times = timestamps.flatMap((each) => {
    if (each.$case === "timestamp-authority") return each.timestamp.signingTime;
    const { inclusionPromise, integratedTime } = each.tlogEntry;
    return inclusionPromise ? new Date(Number(integratedTime) * 1000) : [];
  });
  return new Date(Math.min(...times.map((time) => time.getTime())));
}

function parsed<T>(root: string, file: string, parse: (json: unknown) => T): T {
  const text = trustedFile(root, path.basename(file));
  if (text === undefined)
    throw new Error(`${file}: expected a file of whom the project trusts, got none; see docs/proof.md`);
  try {
    return parse(JSON.parse(text));
  } catch (error) {
    const said = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
    throw new Error(`${file}: expected as docs/proof.md has it, got another file: ${said}; correct it`, {
      cause: error,
    });
  }
}
