import { deepEqual, equal } from "node:assert/strict";
import { readFileSync } from "node:fs";
import { sections } from "../../config/documentation/documentation.ts";
import { currentDocumentation, documentationPath } from "../../config/documentation/documentationFile.ts";
import { documentationText } from "../../config/documentation/documentationText.ts";

describe("the documentation of the configuration", () => {
  it("is up to date; npm run docs makes it so", () => {
    equal(readFileSync(documentationPath, "utf8"), currentDocumentation());
  });

  it("has a purpose for every key below the topmost", () => {
    const missing = sections()
      .filter(({ path }) => path !== "")
      .flatMap(({ path, keys }) =>
        keys.filter(({ purpose }) => purpose === "").map(({ name }) => `${path}.${name}`),
      );
    deepEqual(missing, []);
  });

  it("knows forms and defaults from the schema itself", () => {
    const keys = sections().find(({ path }) => path === "environment.fleets.NAME")?.keys ?? [];
    const told = (name: string) =>
      keys.filter((key) => key.name === name).map((key) => [key.form, key.default]);
    deepEqual(told("boxes"), [["a whole number from 1 to 1000", "`1`"]]);
    deepEqual(told("memory"), [["a size such as 512 MiB", "none"]]);
    deepEqual(told("gate"), [["a map", "as its keys"]]);
    deepEqual(told("environment"), [["a map of names to: a text, number or boolean", "`{}`"]]);
    const [layer] = sections().find(({ path }) => path === "applications.NAME")?.keys ?? [];
    deepEqual(layer, {
      name: "layer",
      purpose: "The top layer of its image.",
      form: "a name of lower-case letters, digits and dashes, at most 31 characters",
      default: "none",
    });
    const volume = sections()
      .find(({ path }) => path === "accessories.NAME")
      ?.keys.find(({ name }) => name === "volume");
    deepEqual(volume, {
      name: "volume",
      purpose: "The path of its data, on a named volume.",
      form: "an absolute path without spaces or colons",
      default: "required",
    });
  });

  it("has no salt and no bar that would end a cell", () => {
    const text = currentDocumentation();
    equal(text.includes("encryptionsalt"), false);
    const widths = text
      .split("\n")
      .filter((line) => line.startsWith("|"))
      .map((line) => line.replaceAll("\\|", "").split("|").length);
    deepEqual([...new Set(widths)], [6]);
  });

  it("shows its examples as they are", () => {
    equal(documentationText({ "a.yaml": "a: 1\n" }).endsWith("`a.yaml`:\n\n```yaml\na: 1\n```\n"), true);
  });
});
