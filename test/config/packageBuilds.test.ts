import { deepEqual } from "node:assert/strict";
import { resolved } from "../../config/read/resolved.ts";
import { validate } from "../../config/read/validate.ts";
import { configurationSchema } from "../../config/schema.ts";
import { changed, surroundings } from "./fixture.ts";
import { problemLines, refuses } from "./refuses.ts";

const pinned = `registry.example/node:22@sha256:${"a".repeat(64)}`;
const whole = { image: pinned, commands: [["npm", "ci"]], output: ["node_modules"] };
const around = { ...surroundings, exists: () => true };
const builds = (...all: object[]) =>
  Object.fromEntries(all.map((build, index) => [`a${index}`, { source: `apps/a${index}`, build }]));
const lines = (packages: object, ...more: (readonly [string, unknown])[]) =>
  problemLines(changed(["layers/catalog/packages", packages], ...more), around);
const at = "layers.catalog.packages";

describe("the build of a package", () => {
  it("knows the layer that it is in, and those below it", () => {
    const build = { layer: "python", commands: [["make"]], output: ["out"] };
    const input = changed(["layers/catalog/packages", builds(build)]);
    const { builders } = resolved(configurationSchema.parse(input)).layers["catalog"] ?? {};
    deepEqual(
      Object.entries(builders ?? {}).map(([layer, chain]) => [layer, chain.map(({ name }) => name)]),
      [["python", ["base", "python"]]],
    );
  });

  it("is in an image that is pinned, or in a layer, and in one of both", () => {
    const { image, ...nowhere } = whole;
    deepEqual(lines(builds(nowhere, { ...whole, layer: "python" }, { ...whole, image: "node:22" })), [
      `${at}.a0.build: expected either image or layer, got neither; name the image, or the layer, that has what builds it`,
      `${at}.a1.build: expected either image or layer, got both; name the image, or the layer, that has what builds it`,
      `${at}.a2.build.image: expected an image pinned by its digest (name@sha256:…), got node:22; add the digest: a tag may mean another image tomorrow`,
    ]);
    validate(changed(["layers/catalog/packages", builds({ ...whole, image })]), around);
  });

  it("is in a layer of tools, that is there, for containers, and built in no other one", () => {
    const { image: _image, ...own } = whole;
    const inLayer = (layer: string) => ({ ...own, layer });
    deepEqual(lines(builds(inLayer("pyton"), inLayer("kernel"), inLayer("catalog"), inLayer("python"))), [
      `${at}.a0.build.layer: expected a known layer, got pyton; did you mean python?`,
      `${at}.a1.build.layer: expected layers for boxes of every kind, got kernel, which is machineOnly; name another layer; those for machines only are added where they are needed`,
      `${at}.a2.build.layer: expected a layer of tools alone, got catalog, whose package a0 is built in a layer itself; name one below it, or an image`,
    ]);
  });

  it("has a source, and no secret that would be in what it makes", () => {
    const environment = { TOKEN: "${secret:token}", LEVEL: 3 };
    const packages = {
      a0: { version: "1", build: whole },
      a1: { source: "apps/a1", build: { ...whole, environment, passes: ["LEVEL"] } },
    };
    deepEqual(lines(packages), [
      `${at}.a0.build: expected a source beside it, got the version 1; name the folder that it is made of, or remove build`,
      `${at}.a1.build.environment.TOKEN: expected no secret, as what is built would have it, got \${secret:token}; name a variable of this machine in passes`,
      `${at}.a1.build.passes: expected variables that environment does not set, got LEVEL; remove it from one of both`,
    ]);
  });

  refuses(
    "one without commands, with a line of shell, and with an output outside of the package",
    [
      [
        "layers/catalog/packages",
        builds(
          { ...whole, commands: [] },
          { ...whole, commands: ["npm ci"] },
          { ...whole, output: ["../other"] },
        ),
      ],
    ],
    [
      `${at}.a0.build.commands: expected at least 1 of them, got []; correct it`,
      `${at}.a1.build.commands[0]: expected a list of arguments such as [npm, ci] or [sh, -c, LINE], got npm ci; correct it`,
      `${at}.a2.build.output[0]: expected a path inside the project, got ../other; correct it`,
    ],
  );
});
