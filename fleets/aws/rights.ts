import { partitionOf } from "./partition.ts";

/** A statement of an IAM policy. */
export interface Rights {
  Effect: "Allow";
  Action: string[];
  Resource: string[];
  Condition?: Record<string, Record<string, string[]>>;
}

/**
 * What the agent of Systems Manager needs for sessions and commands: what AmazonSSMManagedInstanceCore allows, without
 * `ssm:GetParameter` and `ssm:GetParameters` on everything, by which each box could read every secret of the account.
 */
export const sessionRights: Rights = {
  Effect: "Allow",
  Action: [
    ...[
      "DescribeAssociation",
      "DescribeDocument",
      "GetDeployablePatchSnapshotForInstance",
      "GetDocument",
      "GetManifest",
      "ListAssociations",
      "ListInstanceAssociations",
      "PutComplianceItems",
      "PutConfigurePackageResult",
      "PutInventory",
      "UpdateAssociationStatus",
      "UpdateInstanceAssociationStatus",
      "UpdateInstanceInformation",
    ].map((action) => `ssm:${action}`),
    ...["CreateControlChannel", "CreateDataChannel", "OpenControlChannel", "OpenDataChannel"].map(
      (action) => `ssmmessages:${action}`,
    ),
    ...["AcknowledgeMessage", "DeleteMessage", "FailMessage", "GetEndpoint", "GetMessages", "SendReply"].map(
      (action) => `ec2messages:${action}`,
    ),
  ],
  Resource: ["*"],
};

/**
 * What a box may do to read the parameters below a path, and nothing else.
 * @param key that they are encrypted with; undefined: AWS's own, which needs no right.
 */
export function readingRights(region: string, path: string, key: string | undefined): Rights[] {
  const beginning = `arn:${partitionOf(region)}:ssm:${region}:*:parameter${path}`;
  const reading: Rights = {
    Effect: "Allow",
    Action: ["ssm:GetParametersByPath"],
    Resource: [beginning, `${beginning}/*`],
  };
  return key === undefined ? [reading] : [reading, decryptingRights(key, [`${beginning}/*`])];
}

/** What decrypts these parameters by a key, and nothing else that it encrypts. @param parameters their ARNs, or patterns of them. */
export function decryptingRights(key: string, parameters: readonly string[]): Rights {
  return {
    Effect: "Allow",
    Action: ["kms:Decrypt"],
    Resource: [key],
    Condition: { StringLike: { "kms:EncryptionContext:PARAMETER_ARN": [...parameters] } },
  };
}

/** The text of a policy. */
export function policyText(statements: readonly Rights[]): string {
  return JSON.stringify({ Version: "2012-10-17", Statement: statements });
}
