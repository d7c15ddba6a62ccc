import { deepEqual } from "node:assert/strict";
import type { LayerInputs } from "../../plan/inputs.ts";
import { inputDigest } from "../../plan/inputs.ts";
import { withFound } from "../../operations/preview/found.ts";
import { reportOf } from "../../operations/preview/report.ts";
import type { PreviewStep } from "../../operations/preview/step.ts";
import { formatText } from "../../operations/preview/text.ts";

const inputsOf = (layer: string): LayerInputs => ({
  layer,
  roles: [layer],
  variables: {},
  files: {},
  tools: {},
});

/** The step of the command of a new layer; the engine knows the digest of a base alone. */
function step(id: string, heldPlaces?: Record<string, string>): PreviewStep {
  const inputs = inputsOf(id.split(".").at(-1) ?? "");
  const isBase = !id.includes(".");
  return {
    urn: `urn:pulumi:dev::fleets::fleet:index:ImageLayer$command:local:Command::${id}`,
    type: "command:local:Command",
    name: id,
    op: "create",
    before: {},
    after: {
      stdin: JSON.stringify({ id, inputs, epochSeconds: 0, ...(heldPlaces && { heldPlaces }) }),
      ...(isBase && { triggers: [inputDigest(inputs, undefined)] }),
    },
    changed: [],
  };
}

/** The images that an engine has: those of the given places, each on the one below. */
function engineWith(places: readonly string[], held: Record<string, Record<string, string>> = {}) {
  const kept = new Map<string, string>();
  for (const place of places) {
    const below = place.split(".").slice(0, -1).join(".");
    const parent = below === "" ? undefined : `image of ${below}`;
    const layer = place.split(".").at(-1) ?? "";
    kept.set(`${layer} ${inputDigest(inputsOf(layer), parent, held[place])}`, `image of ${place}`);
  }
  return (layer: string, digest: string) => Promise.resolve(kept.get(`${layer} ${digest}`));
}

async function told(steps: PreviewStep[], lookUp: ReturnType<typeof engineWith>): Promise<string[]> {
  const report = reportOf("dev", steps);
  const layers = await withFound(report.layers, steps, lookUp);
  return formatText({ ...report, layers })
    .split("\n")
    .filter((line) => line.startsWith("  "));
}

describe("the preview of images that are there already", () => {
  const chain = ["base", "base.python", "base.python.catalog"];

  it("finds those that stand on found ones, up to the first that is not there", async () => {
    const steps = chain.map((id) => step(id));
    const found = (id: string) =>
      `  ${id} is found as image of ${id}`.slice(0, `  ${id} is found as `.length + 12);
    const builds = (id: string) => `  ${id} builds: not built before`;
    for (let there = 0; there <= chain.length; there += 1) {
      deepEqual(
        (await told(steps, engineWith(chain.slice(0, there)))).map((line) => line.replace(/, without.*/, "")),
        chain.map((id, index) => (index < there ? found(id) : builds(id))),
      );
    }
  });

  it("finds nothing on an image that is to be built, whatever else is there", async () => {
    const lines = await told(
      chain.map((id) => step(id)),
      engineWith(["base", "base.python.catalog"]),
    );
    deepEqual(
      lines.map((line) => / is found | builds: /.exec(line)?.[0].trim()),
      ["is found", "builds:", "builds:"],
    );
  });

  it("finds a layer by the images that it holds, too", async () => {
    const place = "base.box";
    const steps = [step("base"), step("base.catalog"), step(place, { catalog: "base.catalog" })];
    const holding = engineWith(["base", "base.catalog", place], {
      [place]: { catalog: "image of base.catalog" },
    });
    const other = engineWith(["base", "base.catalog", place], { [place]: { catalog: "another image" } });
    for (const [lookUp, last] of [
      [holding, "is found"],
      [other, "builds:"],
    ] as const)
      deepEqual(
        (await told(steps, lookUp)).map((line) => / is found | builds: /.exec(line)?.[0].trim()),
        ["is found", "is found", last],
      );
  });

  it("keeps what stands on an image that came out the same from other inputs", async () => {
    const [base, python] = [step("base"), step("base.python")];
    base.op = python.op = "replace";
    base.before = {
      ...base.after,
      stdin: JSON.stringify({ inputs: { ...inputsOf("base"), variables: { a: 1 } } }),
    };
    python.before = { ...python.after, triggers: [inputDigest(inputsOf("python"), "image of base")] };
    base.before["triggers"] = ["before"];
    const report = reportOf("dev", [base, python]);
    deepEqual(
      (await withFound(report.layers, [base, python], engineWith(["base", "base.python"]))).map(
        ({ action }) => action,
      ),
      ["build", "keep"],
    );
  });
});
