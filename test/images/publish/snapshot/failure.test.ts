import { strict as assert } from "node:assert";
import { failureKind } from "../../../../images/publish/snapshot/failure.ts";

describe("failureKind", () => {
  const failure = (name: string, message = "", more: object = {}): Error =>
    Object.assign(new Error(message), { name, ...more });
  const rows: [Error, string][] = [
    [failure("RequestThrottledException"), "transient"],
    [failure("RequestLimitExceeded"), "transient"],
    [failure("ServiceQuotaExceededException"), "final"],
    [failure("Error", "", { $metadata: { httpStatusCode: 502 } }), "transient"],
    [failure("SyntaxError", "Unexpected token '<'", { $metadata: { httpStatusCode: 502 } }), "transient"],
    [failure("Error", "socket hang up", { code: "ECONNRESET" }), "transient"],
    [failure("TimeoutError"), "transient"],
    [failure("ValidationException", "Failed to read block data"), "transient"],
    [failure("ValidationException", "x", { Reason: "CONFLICTING_BLOCK_UPDATE" }), "transient"],
    [failure("ValidationException", "The VolumeSize is wrong"), "final"],
    [failure("ResourceNotFoundException", "x", { $metadata: { httpStatusCode: 404 } }), "notYet"],
    [failure("InvalidSnapshot.NotFound"), "notYet"],
    [failure("ExpiredTokenException"), "credentials"],
    [failure("CredentialsProviderError"), "credentials"],
    [failure("AccessDeniedException", "not allowed to use the key"), "final"],
    [failure("AbortError"), "aborted"],
  ];
  for (const [error, kind] of rows) {
    it(`${error.name} ${error.message}: ${kind}`, () => {
      assert.equal(failureKind(error), kind);
    });
  }
});
