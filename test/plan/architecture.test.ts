import { deepEqual, equal, notEqual } from "node:assert/strict";
import { architectureOf, instanceArchitecture, namedArchitecture } from "../../plan/architecture.ts";
import { causes, describeCause } from "../../plan/causes.ts";
import { inputDigest } from "../../plan/inputs.ts";
import { Project } from "./project.ts";

describe("the architecture of images", () => {
  it("is part of a digest, unless it is amd64: those of before stay what they are", () => {
    const project = new Project();
    try {
      const tools = { packer: "1" };
      const on = (processor: string) =>
        project.inputs("base", {}, { ...tools, ...namedArchitecture(processor) });
      const digest = (processor: string) => inputDigest(on(processor), undefined);
      equal(digest("x64"), inputDigest(project.inputs("base", {}, tools), undefined));
      notEqual(digest("arm64"), digest("x64"));
      notEqual(digest("arm64"), digest("riscv64"));
      deepEqual(causes(on("x64"), on("arm64")).map(describeCause), ["tool architecture added"]);
    } finally {
      project.dispose();
    }
  });

  it("is told in the words of images", () => {
    deepEqual(
      ["x64", "arm64", "ia32"].map((processor) => architectureOf({ ...namedArchitecture(processor) })),
      ["amd64", "arm64", "386"],
    );
  });

  it("of an instance type follows from its name", () => {
    const arm = [
      "t4g.small",
      "m6g.large",
      "m7gd.xlarge",
      "c7gn.large",
      "is4gen.large",
      "g5g.xlarge",
      "a1.medium",
    ];
    const x86 = [
      "t3.small",
      "g4dn.xlarge",
      "g5.xlarge",
      "m7i.large",
      "p4d.24xlarge",
      "x2iedn.xlarge",
      "inf2.xlarge",
    ];
    for (const type of arm) deepEqual([type, instanceArchitecture(type)], [type, "arm64"]);
    for (const type of x86) deepEqual([type, instanceArchitecture(type)], [type, "x86_64"]);
  });
});
