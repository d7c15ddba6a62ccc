import assert from "node:assert/strict";
import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { changedText } from "../../../operations/swap/changed.ts";

const digest = (of: number) => `sha256:${String(of).padStart(64, "0").split("").reverse().join("")}`;

interface Outputs {
  imageDigests?: Record<string, string>;
  fleets?: Record<string, { image: string; boxes: Record<string, string> | string[] | string }>;
}

function stack(before: Outputs | undefined, after: Outputs): EngineEvent {
  const state = (outputs: Outputs | undefined) => (outputs ? { old: { outputs } } : {});
  const metadata = {
    ...{ op: "same", urn: "", type: "pulumi:pulumi:Stack", provider: "", new: { outputs: after } },
    ...state(before),
  };
  return { resOutputsEvent: { metadata } } as unknown as EngineEvent;
}

function madeBox(component: string, name: string): EngineEvent {
  const type = "docker:index/container:Container";
  const urn = `urn:pulumi:dev::immutable-fleets::fleet:index:${component}$${type}::${name}`;
  return { resOutputsEvent: { metadata: { op: "create", urn, type } } } as unknown as EngineEvent;
}

describe("what an update tells in the end", () => {
  it("is which images and fleets are others than before, and what else has new boxes", () => {
    const before = {
      imageDigests: { base: digest(1), "base.catalog": digest(2) },
      fleets: {
        catalog: { image: digest(2), boxes: { "catalog-1": "a", "catalog-2": "b" } },
        web: { image: digest(3), boxes: { "web-1": "c" } },
        jobs: { image: digest(4), boxes: { "jobs-1": "d", "jobs-2": "e" } },
        old: { image: digest(5), boxes: {} },
        far: { image: "ami-1", boxes: "far-1" },
      },
    };
    const after = {
      imageDigests: { base: digest(1), "base.catalog": digest(6), "base.new": digest(7) },
      fleets: {
        catalog: { image: digest(6), boxes: { "catalog-1": "f", "catalog-2": "g" } },
        web: { image: digest(3), boxes: { "web-1": "c", "web-2": "h" } },
        jobs: { image: digest(4), boxes: { "jobs-1": "d" } },
        far: { image: "ami-2", boxes: "far-2" },
        same: { image: digest(4), boxes: ["host"] },
      },
    };
    const edge = madeBox("Edge", "edge");
    assert.equal(
      changedText([stack(before, before), edge, madeBox("ContainerFleet", "web-2"), stack(before, after)]),
      [
        "image  base.catalog  200000000000 → 600000000000",
        "image  base.new      700000000000, new",
        "fleet  catalog       200000000000 → 600000000000, 2 new of 2",
        "fleet  far           ami-1 → ami-2, 1 new of 1",
        "fleet  jobs          1 of 2 boxes left",
        "fleet  old           gone",
        "fleet  same          400000000000, new, 1 new of 1",
        "fleet  web           1 new of 2",
        "box    edge          new",
        "",
      ].join("\n"),
    );
  });

  it("is ten lines at most, and nothing where nothing changed", () => {
    const many = Object.fromEntries(Array.from({ length: 40 }, (_, at) => [`layer-${at}`, digest(at)]));
    const lines = changedText([stack(undefined, { imageDigests: many })]).split("\n");
    assert.deepEqual([lines.length - 1, lines[9]], [10, "…      and 31 more  --verbose tells all"]);
    assert.equal(changedText([stack({ imageDigests: many }, { imageDigests: many })]), "");
    assert.equal(changedText([]), "");
  });
});
