import { deepEqual, equal, match } from "node:assert/strict";
import { instancesPrincipal, managedPolicy, partitionOf } from "../../../fleets/aws/partition.ts";
import { made, ofType, type Made } from "../instances/program.ts";
import { allows, policiesOf } from "./iam.ts";

const key = "arn:aws:kms:eu-central-1:123456789012:key/1";
const reads = ["ssm:GetParameter", "ssm:GetParameters", "ssm:GetParametersByPath", "ssm:GetParameterHistory"];
const parameter = (path: string) => `arn:aws:ssm:eu-central-1:123456789012:parameter${path}`;
const context = (path: string) => ({ "kms:EncryptionContext:PARAMETER_ARN": parameter(path) });

describe("the rights of boxes on AWS", function () {
  this.timeout(60_000);
  let all: Made[];
  let boxes: [fleet: string, policies: string[]][];
  before(async () => {
    all = await made(({ environment }) => {
      environment.aws["encryptionKey"] = key;
      environment.fleets.web["environment"] = { TOKEN: "${secret:database}" };
    });
    boxes = ["web", "orders"].map((fleet) => [fleet, policiesOf(all, `${fleet}-box`)]);
  });

  it("are evaluated as IAM does", () => {
    const policy = (...statements: object[]) => [JSON.stringify({ Statement: statements })];
    const get = { Effect: "Allow", Action: "ssm:Get*", Resource: "arn:a/*" };
    const denied = { Effect: "Deny", Action: ["ssm:GetParameter"], NotResource: ["arn:a/mine/*"] };
    const asked = (resource: string) => ({ action: "ssm:GetParameter", resource });
    equal(allows([], asked("arn:a/x")), false);
    equal(allows(policy(get), asked("arn:a/x")), true);
    equal(allows(policy(get), asked("arn:b/x")), false);
    equal(allows(policy(get), { action: "ssm:PutParameter", resource: "arn:a/x" }), false);
    equal(allows(policy(get, denied), asked("arn:a/x")), false);
    equal(allows(policy(get, denied), asked("arn:a/mine/x")), true);
    const bound = { ...get, Condition: { StringLike: { k: ["v/*"] } } };
    equal(allows(policy(bound), asked("arn:a/x")), false);
    equal(allows(policy(bound), { ...asked("arn:a/x"), context: { k: "v/1" } }), true);
    equal(allows(policy(bound), { ...asked("arn:a/x"), context: { k: "w" } }), false);
  });

  it("let a box read its fleet's secrets, and decrypt them", () => {
    for (const [fleet, policies] of boxes) {
      const path = `/project/prod/${fleet}`;
      for (const resource of [parameter(path), parameter(`${path}/TOKEN`)])
        equal(allows(policies, { action: "ssm:GetParametersByPath", resource }), true, fleet);
      const request = { action: "kms:Decrypt", resource: key, context: context(`${path}/TOKEN`) };
      equal(allows(policies, request), true, fleet);
    }
  });

  it("let no box read another's secrets, nor decrypt them or anything else by the same key", () => {
    const fleets = [...boxes.map(([fleet]) => fleet), "we", "web2"];
    for (const [fleet, policies] of boxes) {
      const others = fleets.filter((each) => each !== fleet).map((each) => `/project/prod/${each}`);
      for (const path of [...others, `/project/dev/${fleet}`, `/other/prod/${fleet}`, "", "/x"]) {
        for (const action of reads)
          for (const resource of [parameter(path), parameter(`${path}/TOKEN`)])
            equal(allows(policies, { action, resource }), false, `${fleet} ${action} ${resource}`);
        const request = { action: "kms:Decrypt", resource: key, context: context(`${path}/TOKEN`) };
        equal(allows(policies, request), false, `${fleet} decrypts ${path}`);
      }
      equal(allows(policies, { action: "kms:Decrypt", resource: key }), false, `${fleet} decrypts anything`);
    }
  });

  it("let sessions be opened, and nothing of AWS's be attached that reads parameters", () => {
    for (const [, policies] of boxes)
      for (const action of ["ssm:UpdateInstanceInformation", "ssmmessages:OpenDataChannel"])
        equal(allows(policies, { action, resource: "*" }), true, action);
    deepEqual(ofType(all, "RolePolicyAttachment"), {});
  });

  it("are those of the region's partition", async () => {
    const regions = ["eu-central-1", "cn-north-1", "us-gov-west-1", "us-iso-east-1", "us-isob-east-1"];
    const partitions = ["aws", "aws-cn", "aws-us-gov", "aws-iso", "aws-iso-b"];
    deepEqual(regions.map(partitionOf), partitions);
    equal(managedPolicy("cn-north-1", "x"), "arn:aws-cn:iam::aws:policy/x");
    equal(instancesPrincipal("cn-north-1"), "ec2.amazonaws.com.cn");
    all = await made(({ environment }) => {
      environment.aws["region"] = "us-gov-west-1";
      environment.aws["zones"] = ["us-gov-west-1a", "us-gov-west-1b"];
      environment.aws["encryptionKey"] = "arn:aws-us-gov:kms:us-gov-west-1:1:key/1";
    });
    const text = Object.values(ofType(all, "rolePolicy:RolePolicy")).map((each) => String(each["policy"]));
    match(text.join("\n"), /arn:aws-us-gov:ssm:us-gov-west-1:\*:parameter\/project\/prod\/orders/);
    equal(text.join("\n").includes("arn:aws:"), false);
  });
});
