import { deepEqual, throws } from "node:assert/strict";
import { planBake } from "../../../operations/bake/plan.ts";
import { recipe } from "../../plan/project.ts";

const layers = { base: recipe({ from: { archive: "root.tar" } }), python: recipe({ on: "base" }) };
const known = new Map([
  ["catalog", { source: "apps/catalog", depends: ["library", "python3"] }],
  ["library", { source: "apps/library", depends: ["catalog"] }],
]);
const packages = (wanted: string) => planBake(layers, known, wanted, "base").recipe.packages;

describe("one package onto a base", () => {
  it("is a layer of its own on the whole chain of the base", () => {
    deepEqual(planBake(layers, known, "catalog", "python"), {
      chain: ["base", "python"],
      layer: "bake-catalog",
      recipe: {
        on: "python",
        roles: ["packages"],
        variables: { packages_names: ["catalog"] },
        files: [],
        packages: { catalog: { source: "apps/catalog" }, library: { source: "apps/library" } },
        machineOnly: false,
      },
    });
    deepEqual(planBake(layers, known, "catalog", "base.python").chain, ["base", "python"]);
  });

  it("is one of the project, or of a repository in the given or the newest version", () => {
    deepEqual(packages("catalog=1.2"), { catalog: { version: "1.2" } });
    deepEqual(packages("tree"), { tree: { version: "*" } });
  });

  it("is refused where the base or the name is none", () => {
    throws(() => planBake(layers, known, "tree", "pyton"), {
      message: "--base: expected a layer, got pyton; did you mean python?",
    });
    throws(() => planBake(layers, known, "../x", "base"), {
      message: "PACKAGE: expected a package's name, got ../x; for example catalog, or tree=2.1.0-1",
    });
  });
});
