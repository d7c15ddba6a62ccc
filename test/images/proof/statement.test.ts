import { deepEqual } from "node:assert/strict";
import { packageBuildSchema } from "../../../config/packageBuild.ts";
import { statementOf } from "../../../images/proof/statement.ts";
import type { LayerInputs } from "../../../plan/inputs.ts";

const layer = (name: string): LayerInputs => ({
  layer: name,
  roles: [],
  variables: {},
  files: {},
  tools: {},
});
const build = (place: object) =>
  packageBuildSchema.parse({ commands: [["make"]], output: ["out"], ...place });

describe("the statement of how an image was made", () => {
  it("names the images and the layers in which its packages were built", () => {
    const image = `registry.example/node:22@sha256:${"a".repeat(64)}`;
    const inputs: LayerInputs = {
      ...layer("shop"),
      packages: {
        shop: { source: "apps/shop", build: build({ image }) },
        site: { source: "apps/site", build: build({ layer: "tools" }) },
        tree: { version: "2.1.0-1" },
      },
      builders: { tools: [{ place: "tools", inputs: layer("tools") }] },
    };
    const digest = `sha256:${"1".repeat(64)}`;
    const { buildDefinition } = statementOf({
      ...{ place: "base.shop", digest, kind: "layer", inputs, inputDigest: "2" },
      ...{ startedAt: new Date(0), finishedAt: new Date(0), inventoryDigest: digest, contentsDigest: digest },
    }).predicate;
    deepEqual(
      buildDefinition.resolvedDependencies.map(({ name, digest: found }) => [name, Object.keys(found)]),
      [
        ["registry.example/node:22", ["sha256"]],
        ["builder tools", ["inputs"]],
      ],
    );
  });
});
