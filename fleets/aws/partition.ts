/** AWS's partitions other than `aws`, by the beginnings of their regions. */
const partitions = [
  ["cn-", "aws-cn"],
  ["us-gov-", "aws-us-gov"],
  ["us-iso-", "aws-iso"],
  ["us-isob-", "aws-iso-b"],
  ["eu-isoe-", "aws-iso-e"],
  ["us-isof-", "aws-iso-f"],
  ["eusc-", "aws-eusc"],
] as const;

/** The partition of a region: the second part of every ARN there. */
export function partitionOf(region: string): string {
  return partitions.find(([beginning]) => region.startsWith(beginning))?.[1] ?? "aws";
}

/** The ARN of a policy that AWS keeps; `service-role/…` for those of services. */
export function managedPolicy(region: string, name: string): string {
  return `arn:${partitionOf(region)}:iam::aws:policy/${name}`;
}

/** What may take a role as an instance of EC2: in China EC2 has a name of its own. */
export function instancesPrincipal(region: string): string {
  return partitionOf(region) === "aws-cn" ? "ec2.amazonaws.com.cn" : "ec2.amazonaws.com";
}
