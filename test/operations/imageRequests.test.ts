import { deepEqual, equal } from "node:assert/strict";
import { buildRequests, placeBelow } from "../../operations/images/requests.ts";
import type { PreviewStep } from "../../operations/preview/step.ts";

const step = (id: string, own: Partial<PreviewStep> = {}): PreviewStep => ({
  urn: `urn:pulumi:dev::p::fleet:index:ImageLayer$command:local:Command::${id}`,
  type: "command:local:Command",
  name: id,
  op: "same",
  before: {},
  after: { stdin: JSON.stringify({ id }) },
  changed: [],
  ...own,
});

describe("the layers that are built ahead of time", () => {
  it("are all that a stack wants, those below before those above; no others", () => {
    const gate = step("web-gate", {
      urn: "urn:pulumi:dev::p::fleet:index:ContainerFleet$command:local:Command::web-gate",
    });
    const gone = step("base.ruby", { op: "delete", after: {} });
    const steps = [
      step("base.python.catalog", { op: "replace" }),
      gone,
      gate,
      step("base.python"),
      step("base"),
    ];
    deepEqual(
      buildRequests(steps).map(({ id }) => id),
      ["base", "base.python", "base.python.catalog"],
    );
  });

  it("come after the container images that they hold", () => {
    const holder = step("base.crun.boxed", {
      after: { stdin: JSON.stringify({ id: "base.crun.boxed", heldPlaces: { catalog: "base.a.b.c.d" } }) },
    });
    const steps = [
      step("base.crun.boxed.more"),
      holder,
      step("base.a.b.c.d"),
      step("base.crun"),
      step("base"),
    ];
    deepEqual(
      buildRequests(steps).map(({ id }) => id),
      ["base", "base.crun", "base.a.b.c.d", "base.crun.boxed", "base.crun.boxed.more"],
    );
  });

  it("know the one below", () => {
    equal(placeBelow("base"), undefined);
    equal(placeBelow("base.python.catalog"), "base.python");
  });
});
