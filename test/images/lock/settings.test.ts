import { equal, throws } from "node:assert/strict";
import { readFileSync } from "node:fs";
import * as path from "node:path";
import { projectRoot } from "../../../config/root.ts";
import { holdingTemplate } from "../../../images/lock/settings.ts";

describe("Packer's template of a layer in the lock", () => {
  it("is that of all layers, with settings of apt in the environment of its box", () => {
    const template = readFileSync(path.join(projectRoot, "images/packer/layer/layer.pkr.hcl"), "utf8");
    const added = '    "--env", "APT_CONFIG=/run/fleet-lock/apt.conf",\n';
    const held = holdingTemplate(template);
    equal(held.split(added).length, 2);
    equal(held.replace(added, ""), template);
    throws(
      () => holdingTemplate("source {}"),
      /^Error: layer\.pkr\.hcl: expected the line "--env", .*; change both$/,
    );
  });
});
