/** What a failed request calls for. */
export type RequestFailureKind =
  /** Throttled, a 5xx, a broken or stalled connection, data damaged on the way: send it again after a pause. */
  | "transient"
  /** "does not exist" of something new: true for up to 2 minutes after it was made, so send it again for that long. */
  | "notYet"
  /** The credentials have run out: nothing can be done, not even cleaning up, until somebody renews them. */
  | "credentials"
  /** The caller stopped it. */
  | "aborted"
  /** Anything else: sending it again would fail again. */
  | "final";

/** Retried client errors (API_StartSnapshot: "always retry … ThrottlingException and RequestThrottledException"). */
const THROTTLING =
  /Throttl|TooManyRequests|RequestLimitExceeded|SlowDown|ConcurrentLimitExceeded|BandwidthLimit/u;

const CONNECTION =
  /ECONNRESET|ECONNREFUSED|ECONNABORTED|EPIPE|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|EAI_AGAIN|UND_ERR|TimeoutError|NetworkingError/u;

/**
 * ValidationExceptions that mean damage on the way, or a request that overtook its own repetition, not a wrong request:
 * a checksum that does not match, WRITE_REQUEST_TIMEOUT and CONFLICTING_BLOCK_UPDATE (ValidationExceptionReason), and
 * "Failed to read block data" (seen on slow uplinks: nanovms/ops pull 1268).
 */
const DAMAGED = /checksum|WRITE_REQUEST_TIMEOUT|CONFLICTING_BLOCK_UPDATE|Failed to read block data/iu;

const CREDENTIALS =
  /ExpiredToken|RequestExpired|TokenRefreshRequired|CredentialsProviderError|UnrecognizedClient|InvalidClientTokenId|AuthFailure/u;

const NOT_YET = /ResourceNotFound|InvalidSnapshot\.NotFound|SNAPSHOT_NOT_FOUND|does not exist/u;

/** Sorts an error of the AWS SDK, or of the connection below it, by what it calls for. */
export function failureKind(error: unknown): RequestFailureKind {
  if (!(error instanceof Error)) return "final";
  const status = httpStatus(error);
  const text = [error.name, code(error), reason(error), error.message].join(" ");
  if (error.name === "AbortError") return "aborted";
  if (CREDENTIALS.test(text)) return "credentials";
  if (THROTTLING.test(text) || (status !== undefined && (status >= 500 || status === 429)))
    return "transient";
  if (NOT_YET.test(text)) return "notYet";
  if (CONNECTION.test(text) || /socket hang up/u.test(text) || DAMAGED.test(text)) return "transient";
  return "final";
}

function httpStatus(error: object): number | undefined {
  const metadata: unknown = "$metadata" in error ? error.$metadata : undefined;
  if (typeof metadata !== "object" || metadata === null || !("httpStatusCode" in metadata)) return undefined;
  return typeof metadata.httpStatusCode === "number" ? metadata.httpStatusCode : undefined;
}

function code(error: object): string {
  return "code" in error && typeof error.code === "string" ? error.code : "";
}

function reason(error: object): string {
  return "Reason" in error && typeof error.Reason === "string" ? error.Reason : "";
}
