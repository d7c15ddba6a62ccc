import { equal, throws } from "node:assert/strict";
import { readFileSync } from "node:fs";
import * as path from "node:path";
import { projectRoot } from "../../../config/root.ts";
import { holdingTemplate } from "../../../images/lock/settings.ts";

describe("Packer's template of a layer in the lock", () => {
  it("is that of all layers, with settings of apt, pip and npm in the environment of its box, which is asked where its build failed", () => {
    const template = readFileSync(path.join(projectRoot, "images/packer/layer/layer.pkr.hcl"), "utf8");
    const added =
      '    "--env", "APT_CONFIG=/run/fleet-lock/apt.conf",\n    "--env", "PIP_CONSTRAINT=/run/fleet-lock/constraints.txt",\n    "--env", "NODE_OPTIONS=--require=/run/fleet-lock/hold_npm.cjs",\n';
    const held = holdingTemplate(template);
    equal(held.split(added).length, 2);
    const asked = String.raw`"sh \"$HERE/failed.sh\"", `;
    equal(held.split(asked).length, 2);
    // Python looks there first for what holds dnf.
    const python = "/run/fleet-lock/python:";
    equal(held.split(`"PYTHONPATH=${python}/run/fleet-build/python"`).length, 2);
    equal(held.replace(added, "").replace(asked, "").replace(python, ""), template);
    equal(held.split("error-cleanup-provisioner").length, 2);
    throws(
      () => holdingTemplate("source {}"),
      /^Error: layer\.pkr\.hcl: expected the line "--env", .* once, got it otherwise; change both$/,
    );
  });
});
