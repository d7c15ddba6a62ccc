import * as assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { selectionOf, writeSelection } from "../../../operations/release/selection.ts";
import { temporaryRoot } from "../../images/release/fixture.ts";

const text = `# Production.
config:
  shop:environment:
    promoteFrom: dev # what dev has proved
    edge: {layer: haproxy, port: 8080}
encryptionsalt: v1:abc
`;

describe("the release that a stack's file names", () => {
  let root = "";
  let remove: () => void;
  const file = () => path.join(root, "Pulumi.prod.yaml");
  beforeEach(() => {
    ({ root, remove } = temporaryRoot());
    writeFileSync(path.join(root, "Pulumi.yaml"), "name: shop\n");
    writeFileSync(file(), text);
  });
  afterEach(() => {
    remove();
  });

  it("is written and taken away without touching the rest", () => {
    writeSelection(root, "prod", "dev/3");
    assert.equal(selectionOf(root, "prod"), "dev/3");
    assert.equal(readFileSync(file(), "utf8"), text.replace("8080}\n", "8080}\n    release: dev/3\n"));
    writeSelection(root, "prod", undefined);
    assert.equal(selectionOf(root, "prod"), undefined);
    assert.equal(readFileSync(file(), "utf8"), text);
  });

  it("is written as well where the key has no project before it", () => {
    const plain = text.replace("shop:environment", "environment");
    writeFileSync(file(), plain);
    writeSelection(root, "prod", "dev/3");
    assert.equal(readFileSync(file(), "utf8"), plain.replace("8080}\n", "8080}\n    release: dev/3\n"));
    assert.equal(selectionOf(root, "prod"), "dev/3");
  });

  it("leaves values readable for the engine that have control characters", () => {
    const value = 'a\\x7f \\x85 \\x9f"';
    writeFileSync(file(), text.replace("8080}\n", `8080}\n    motto: "a\\x7f \\x85 \\x9f"\n`));
    writeSelection(root, "prod", "dev/3");
    assert.ok(readFileSync(file(), "utf8").includes(value), readFileSync(file(), "utf8"));
  });

  it("needs a file that says what runs", () => {
    assert.throws(() => {
      writeSelection(root, "qa", "dev/3");
    }, /Pulumi\.qa\.yaml: expected config\.shop:environment, got none; say there what runs in qa/);
  });
});
