import assert from "node:assert/strict";
import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { outputsIn } from "../../operations/swap/outputs.ts";

const told = (type: string, outputs: object) =>
  ({ resOutputsEvent: { metadata: { type, new: { outputs } } } }) as unknown as EngineEvent;

describe("the outputs of an update", () => {
  it("are those that the engine told last of the stack itself", () => {
    const events = [
      told("pulumi:pulumi:Stack", {}),
      told("docker:index/container:Container", { url: "a" }),
      told("pulumi:pulumi:Stack", { url: "b" }),
    ];
    assert.deepEqual(outputsIn(events), { url: "b" });
    assert.deepEqual(outputsIn([]), {});
  });

  it("are not known from events where one is a secret, at any depth", () => {
    const secret = told("pulumi:pulumi:Stack", { url: "b", release: { images: "[secret]" } });
    assert.equal(outputsIn([secret]), undefined);
  });
});
