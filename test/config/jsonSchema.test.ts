import { deepEqual, equal } from "node:assert/strict";
import { readFileSync } from "node:fs";
import * as path from "node:path";
import { Ajv, type ValidateFunction } from "ajv";
import fc from "fast-check";
import { parse } from "yaml";
import { fileSchemas } from "../../config/documentation/jsonSchema.ts";
import { projectRoot } from "../../config/root.ts";
import { configurations } from "./configurations.ts";

describe("JSON schemas of the configuration's files", function () {
  this.timeout(60_000);
  let project: ValidateFunction;
  let stack: ValidateFunction;

  before(() => {
    const ajv = new Ajv({ strict: false, allErrors: true, formats: { regex: true } });
    const schemas = fileSchemas("immutable-fleets");
    project = ajv.compile(schemas.project);
    stack = ajv.compile(schemas.stack);
  });

  it("have nothing against the project's own files", () => {
    deepEqual(problems(project, ownFile("Pulumi.yaml")), []);
    for (const name of ["dev", "prod"]) deepEqual(problems(stack, ownFile(`Pulumi.${name}.yaml`)), []);
  });

  it("have nothing against any configuration that the check lets pass", () => {
    fc.assert(
      fc.property(configurations, ({ environment, ...topology }) => {
        const parts = Object.entries(topology).map(([key, value]) => [key, { value }] as const);
        deepEqual(problems(project, { name: "x", config: Object.fromEntries(parts) }), []);
        for (const key of ["environment", "immutable-fleets:environment"])
          deepEqual(problems(stack, { config: { [key]: environment } }), []);
      }),
      { numRuns: 5 },
    );
  });

  it("show what is wrong where it stands", () => {
    const topology = ownFile("Pulumi.yaml") as {
      config: { applications: { value: Record<string, object> } };
    };
    topology.config.applications.value["catalog"] = { layer: "catalog", prot: 1, port: "8081" };
    deepEqual(problems(project, topology), [
      "/config/applications/value/catalog additionalProperties",
      "/config/applications/value/catalog/port type",
    ]);
    const own = { config: { "immutable-fleets:environmant": {}, "aws:region": "eu-central-1" } };
    deepEqual(problems(stack, own), ["/config additionalProperties"]);
    equal(
      stack({ encryptionsalt: "v1:", config: { "immutable-fleets:secrets": { a: { secure: "v1:" } } } }),
      true,
    );
  });
});

function ownFile(name: string): unknown {
  return parse(readFileSync(path.join(projectRoot, name), "utf8"));
}

function problems(validate: ValidateFunction, input: unknown): string[] {
  validate(input);
  return (validate.errors ?? []).map(({ instancePath, keyword }) => `${instancePath} ${keyword}`);
}
