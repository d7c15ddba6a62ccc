import { strict as assert } from "node:assert";
import { pauseMilliseconds, withRetry } from "../../../../images/publish/snapshot/retry.ts";

describe("withRetry", () => {
  it("pauses for a random part of a doubling time, up to the cap", () => {
    const limits = { baseMilliseconds: 100, capMilliseconds: 20_000 };
    assert.deepEqual(
      [1, 2, 3, 9, 20].map((attempt) => pauseMilliseconds(attempt, limits, 0.5)),
      [50, 100, 200, 10_000, 10_000],
    );
  });

  it("gives up after the last attempt, with the last error", async () => {
    let sent = 0;
    const send = (): Promise<never> => {
      sent += 1;
      return Promise.reject(Object.assign(new Error(`number ${sent}`), { name: "ThrottlingException" }));
    };
    await assert.rejects(withRetry(send, { attempts: 3, baseMilliseconds: 1 }), /number 3/u);
  });
});
