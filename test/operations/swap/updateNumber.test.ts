import assert from "node:assert/strict";
import type { UpdateSummary } from "@pulumi/pulumi/automation/index.js";
import { updateNumber } from "../../../operations/swap/updateNumber.ts";

const began = new Date("2026-01-10T12:00:05.700Z");
const of = (version: number, startTime: string) => ({
  history: () => Promise.resolve([{ version, startTime: new Date(startTime) } as UpdateSummary]),
});

describe("the number of an update that goes on", () => {
  it("is the next one of the history, or the one that it has there already", async () => {
    assert.equal(await updateNumber(of(7, "2026-01-10T11:59:00Z"), began), 8);
    assert.equal(await updateNumber(of(8, "2026-01-10T12:00:05Z"), began), 8);
    assert.equal(await updateNumber({ history: () => Promise.resolve([]) }, began), 1);
  });

  it("is 0 where the backend does not tell", async () => {
    assert.equal(await updateNumber({ history: () => Promise.reject(new Error("away")) }, began), 0);
  });
});
