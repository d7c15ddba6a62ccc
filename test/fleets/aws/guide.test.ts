import { deepEqual, equal, match } from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { projectRoot } from "../../../config/root.ts";
import { allows } from "./iam.ts";
import { givesAction } from "./givesAction.ts";

const folder = path.join(projectRoot, "docs/guides/aws");
const read = (name: string) => readFileSync(path.join(folder, `${name}.json`), "utf8");
/** Of a policy that is given to a role itself, without blanks (IAM quotas). */
const mostCharacters = 10_240;

describe("the policies of the guide for continuous integration", () => {
  it("are as large as a role may have them, and name nobody's account", () => {
    for (const name of globSync("*.json", { cwd: folder })) {
      const text = read(name.replace(".json", ""));
      equal(JSON.stringify(JSON.parse(text)).length < mostCharacters, true, name);
      equal(/\d{12}/.test(text), false, name);
    }
  });

  it("let whoever looks change nothing, and read no secret", () => {
    const { Statement } = JSON.parse(read("look")) as { Statement: { Action: string[] }[] };
    for (const action of Statement.flatMap(({ Action }) => Action)) match(action, /:(Describe|Get|List)/);
    const secrets = ["GetParameter", "GetParameters", "GetParametersByPath", "GetParameterHistory"];
    deepEqual(
      [...secrets.map((each) => `ssm:${each}`), "kms:Decrypt", "secretsmanager:GetSecretValue"].filter(
        (action) => givesAction(read("look"), action),
      ),
      [],
    );
  });

  it("let whoever deploys reach the parameters of this project alone, and give roles to its boxes alone", () => {
    const policy = read("deploy");
    const parameter = (name: string) => ({
      action: "ssm:GetParameter",
      resource: `arn:aws:ssm:REGION:ACCOUNT:parameter/${name}`,
    });
    equal(allows([policy], parameter("PROJECT/prod/web/TOKEN")), true);
    equal(allows([policy], parameter("other/prod/web/TOKEN")), false);
    const given = (service: string) => ({
      action: "iam:PassRole",
      resource: "arn:aws:iam::ACCOUNT:role/x",
      context: { "iam:PassedToService": service },
    });
    equal(allows([policy], given("ec2.amazonaws.com")), true);
    equal(allows([policy], given("lambda.amazonaws.com")), false);
  });

  it("let whoever builds machine images start no box", () => {
    for (const action of ["ec2:RunInstances", "iam:PassRole", "autoscaling:CreateAutoScalingGroup"])
      equal(givesAction(read("images"), action), false, action);
    for (const action of ["ebs:StartSnapshot", "ebs:PutSnapshotBlock", "ec2:RegisterImage"])
      equal(givesAction(read("images"), action), true, action);
  });
});
