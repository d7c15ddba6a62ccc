import { generateKeyPairSync, createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import * as path from "node:path";
import { text } from "node:stream/consumers";
import {
  fulcioHandler,
  initializeCA,
  initializeCTLog,
  initializeTLog,
  rekorHandler,
  type HandlerFn,
} from "@sigstore/mock";
import type { KeylessTrust } from "../../../images/signing/identity.ts";
import { keylessFiles } from "../../../images/signing/keyless.ts";

const issuer = "https://token.actions.example.com";
const always = { start: "2020-01-01T00:00:00.000Z" };
const variables = ["ACTIONS_ID_TOKEN_REQUEST_URL", "ACTIONS_ID_TOKEN_REQUEST_TOKEN"] as const;

/**
 * An instance of Sigstore on this machine (the authority, the log of its certificates and the log of signatures, by Sigstore's
 * own library for tests), and beside it what gives a job of GitHub Actions its identity.
 */
export class Sigstore {
  readonly #stop: () => void;
  readonly #endpoint: string;
  readonly #trustedRoot: object;
  readonly #before = variables.map((name) => [name, process.env[name]] as const);

  private constructor(endpoint: string, trustedRoot: object, stop: () => void) {
    this.#endpoint = endpoint;
    this.#trustedRoot = trustedRoot;
    this.#stop = stop;
  }

  static async start(): Promise<Sigstore> {
    const answers = new Map<string, HandlerFn>();
    const server = createServer((request, response) => {
      void (async () => {
        const { pathname, searchParams } = new URL(request.url ?? "", "http://localhost");
        const claims = Object.fromEntries(searchParams);
        const asked = await text(request);
        if ("identity" in claims) return response.end(JSON.stringify({ value: tokenOf(claims) }));
        const answer = await answers.get(pathname)?.(asked);
        response.writeHead(answer?.statusCode ?? 404, { "content-type": answer?.contentType });
        response.end(answer?.response);
      })().catch(() => response.destroy());
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const keys = { authority: key("P-384"), certificates: key("P-256"), signatures: key("P-256") };
    const certificateLog = await initializeCTLog(keys.certificates);
    const authority = await initializeCA(keys.authority, certificateLog);
    const log = await initializeTLog(endpoint, keys.signatures);
    const certify = fulcioHandler(authority, { subjectClaim: "identity" });
    const record = rekorHandler(log);
    answers.set(certify.path, certify.fn).set(record.path, (asked) => record.fn(recorded(asked)));
    const trustedRoot = {
      mediaType: "application/vnd.dev.sigstore.trustedroot+json;version=0.1",
      tlogs: [logOf(endpoint, keys.signatures)],
      ctlogs: [logOf(endpoint, keys.certificates)],
      certificateAuthorities: [
        {
          uri: endpoint,
          certChain: { certificates: [{ rawBytes: base64(authority.rootCertificate) }] },
          validFor: always,
        },
      ],
    };
    return new Sigstore(endpoint, trustedRoot, () => {
      server.closeAllConnections();
      server.close();
    });
  }

  /** Has a project trust this instance, and identities that match. */
  trustedBy(
    root: string,
    identities: KeylessTrust["identities"],
    more: { releases?: string[] | undefined } = {},
  ): void {
    mkdirSync(path.join(root, path.dirname(keylessFiles.trust)), { recursive: true });
    const write = (file: string, content: object) => {
      writeFileSync(path.join(root, file), JSON.stringify(content));
    };
    const releases = identities.map((each) => (typeof each === "string" ? each : each.identity));
    write(keylessFiles.trust, { issuer, identities, releases, ...more });
    write(keylessFiles.trustedRoot, this.#trustedRoot);
    const service = { url: this.#endpoint, majorApiVersion: 1, validFor: always, operator: "test" };
    write(keylessFiles.signingConfig, {
      mediaType: "application/vnd.dev.sigstore.signingconfig.v0.2+json",
      caUrls: [service],
      rekorTlogUrls: [service],
      rekorTlogConfig: { selector: "ANY" },
    });
  }

  /**
   * From now on a job of that identity runs this.
   * @param of the repository (`acme/shop`) and the ref whose job it is; default: those of the identity.
   */
  runAs(identity: string, of: { repository?: string; ref?: string } = {}): void {
    // As GitHub's tokens name a workflow.
    const workflow = /^https:\/\/github\.com\/(.+)$/.exec(identity)?.[1];
    const own = /^https:\/\/[^/]+\/(?<repository>[^/]+\/[^/]+)\/[^@]+@(?<ref>.+)$/.exec(identity)?.groups;
    const asked = new URLSearchParams({
      identity,
      ...(workflow !== undefined && { job_workflow_ref: workflow }),
      ...own,
      ...of,
    }).toString();
    process.env["ACTIONS_ID_TOKEN_REQUEST_URL"] = `${this.#endpoint}/token?${asked}`;
    process.env["ACTIONS_ID_TOKEN_REQUEST_TOKEN"] = "the job's";
  }

  /** From now on no job runs this. */
  runAsNobody(): void {
    for (const [name, value] of this.#before) {
      if (value === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = value;
    }
  }

  stop(): void {
    this.runAsNobody();
    this.#stop();
  }
}

function key(namedCurve: string) {
  return generateKeyPairSync("ec", { namedCurve });
}

function logOf(baseUrl: string, { publicKey }: ReturnType<typeof key>) {
  const der = publicKey.export({ type: "spki", format: "der" });
  return {
    baseUrl,
    hashAlgorithm: "SHA2_256",
    publicKey: {
      rawBytes: der.toString("base64"),
      keyDetails: "PKIX_ECDSA_P256_SHA_256",
      validFor: always,
    },
    logId: { keyId: createHash("sha256").update(der).digest("base64") },
  };
}

/**
 * The library's log records what it is given. Rekor itself records, of an envelope, its digest, its payload's and the signatures
 * (github.com/sigstore/rekor, pkg/types/dsse/v0.0.1/dsse_v0_0_1_schema.json).
 */
function recorded(asked: string): string {
  const { spec, ...entry } = JSON.parse(asked) as {
    kind: string;
    spec: { proposedContent: { envelope: string; verifiers: string[] } };
  };
  // Of a digest and its signature it records what it is given (pkg/types/hashedrekord/v0.0.1/hashedrekord_v0_0_1_schema.json).
  if (entry.kind === "hashedrekord") return asked;
  const { envelope, verifiers } = spec.proposedContent;
  const { payload, signatures } = JSON.parse(envelope) as { payload: string; signatures: { sig: string }[] };
  const digest = (of: string | Buffer) => ({
    algorithm: "sha256",
    value: createHash("sha256").update(of).digest("hex"),
  });
  return JSON.stringify({
    ...entry,
    spec: {
      envelopeHash: digest(envelope),
      payloadHash: digest(Buffer.from(payload, "base64")),
      signatures: signatures.map(({ sig }, nth) => ({ signature: sig, verifier: verifiers[nth] })),
    },
  });
}

function base64({
  buffer,
  byteOffset,
  byteLength,
}: { buffer: ArrayBuffer } & Omit<ArrayBufferView, "buffer">) {
  return Buffer.from(buffer, byteOffset, byteLength).toString("base64");
}

/** What an identity provider gives a job; nobody here looks at its signature. */
function tokenOf(claims: Record<string, string>): string {
  const part = (content: object) => Buffer.from(JSON.stringify(content)).toString("base64url");
  return [part({ alg: "none" }), part({ iss: issuer, sub: "the job", ...claims }), "c2ln"].join(".");
}
