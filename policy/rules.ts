import { show } from "../config/problem.ts";

/** A resource as a policy sees it. */
export interface Seen {
  type: string;
  name: string;
  props: Readonly<Record<string, unknown>>;
}

/** What must hold for every resource of every stack; `problems` says what does not, as `expected …, got …; fix`. */
export interface Rule {
  name: string;
  description: string;
  problems: (resource: Seen, approved: Approved | undefined) => string[];
}

/** The digests and AMIs that signed releases name; none of them approves nothing. Undefined: a stack that builds, whose images are its own. */
export interface Approved {
  images: ReadonlySet<string>;
  amis: ReadonlySet<string>;
}

const imageDigest = /^(.+@)?sha256:[0-9a-f]{64}$/;

export const rules: readonly Rule[] = [
  {
    name: "digests-not-tags",
    description: "Containers run images named by digest; launch templates are named by version.",
    problems: ({ type, props }) => [...containerImage(type, props), ...templateVersion(type, props)],
  },
  {
    name: "approved-images",
    description: "Where releases are taken, boxes run images and AMIs of signed releases only.",
    problems: ({ type, props }, approved) => (approved ? unapproved(type, props, approved) : []),
  },
  {
    name: "instance-metadata",
    description: "Instances answer IMDSv2 only.",
    problems: ({ type, props }) => {
      if (!launchesInstances(type)) return [];
      const got = (props["metadataOptions"] as { httpTokens?: string } | undefined)?.httpTokens;
      if (got === "required") return [];
      return [`metadataOptions.httpTokens: expected required, got ${got ?? "nothing"}; set it`];
    },
  },
  {
    name: "encryption",
    description: "Volumes, snapshots and secrets are encrypted.",
    problems: ({ type, props }) => [...volumes(type, props), ...parameters(type, props)],
  },
  {
    name: "no-public-boxes",
    description:
      "No box has a public address or a key pair, and no administration port is open to the world.",
    problems: ({ type, props }) => [...publicAddress(type, props), ...openPorts(type, props)],
  },
];

function containerImage(type: string, { image }: Seen["props"]): string[] {
  if (type !== "docker:index/container:Container" || isUnknown(image)) return [];
  if (imageDigest.test(String(image))) return [];
  return [`image: expected a digest (sha256:…), got ${String(image)}; a tag may name another image tomorrow`];
}

function templateVersion(type: string, props: Seen["props"]): string[] {
  const isTemplated = type === "aws:ec2/instance:Instance" && props["launchTemplate"] !== undefined;
  if (type !== "aws:autoscaling/group:Group" && !isTemplated) return [];
  const { version } = (props["launchTemplate"] ?? {}) as { version?: string };
  if (isUnknown(version) || /^\d+$/.test(version ?? "")) return [];
  return [
    `launchTemplate.version: expected a number, got ${version ?? "nothing"}; use the template's latestVersion`,
  ];
}

function unapproved(type: string, props: Seen["props"], { images, amis }: Approved): string[] {
  if (type === "docker:index/container:Container") return unlessOneOf("image", props["image"], images);
  if (type === "aws:ec2/launchTemplate:LaunchTemplate") return unlessOneOf("imageId", props["imageId"], amis);
  return type === "aws:ec2/instance:Instance" ? unlessOneOf("ami", props["ami"], amis) : [];
}

function unlessOneOf(key: string, value: unknown, approved: ReadonlySet<string>): string[] {
  if (isUnknown(value) || approved.has(String(value))) return [];
  return [`${key}: expected one of a signed release, got ${String(value)}; record it where it was proved`];
}

function launchesInstances(type: string): boolean {
  return type === "aws:ec2/launchTemplate:LaunchTemplate" || type === "aws:ec2/instance:Instance";
}

interface BlockDevice {
  ebs?: { encrypted?: string | boolean };
}

function volumes(type: string, props: Seen["props"]): string[] {
  if (type === "aws:ebs/volume:Volume" && props["encrypted"] !== true)
    return [`encrypted: expected true, got ${show(props["encrypted"])}; set it`];
  if (type === "aws:ec2/instance:Instance") return instanceVolumes(props);
  if (type !== "aws:ec2/launchTemplate:LaunchTemplate") return [];
  const devices = (props["blockDeviceMappings"] ?? []) as BlockDevice[];
  if (devices.length === 0)
    return ["blockDeviceMappings: expected an encrypted root volume, got none; add it"];
  return devices.flatMap(({ ebs }, index) =>
    String(ebs?.encrypted) === "true"
      ? []
      : [
          `blockDeviceMappings[${index}].ebs.encrypted: expected true, got ${String(ebs?.encrypted ?? "nothing")}; set it`,
        ],
  );
}

/** An instance by itself, as stateful fleets have them; one of a launch template has the template's volumes. */
function instanceVolumes(props: Seen["props"]): string[] {
  const root = props["rootBlockDevice"] as { encrypted?: boolean } | undefined;
  const others = (props["ebsBlockDevices"] ?? []) as { encrypted?: boolean }[];
  const isPlain = props["launchTemplate"] === undefined && root?.encrypted !== true;
  return [
    ...(isPlain
      ? [`rootBlockDevice.encrypted: expected true, got ${show(root?.encrypted ?? "nothing")}; set it`]
      : []),
    ...others.flatMap(({ encrypted }, index) =>
      encrypted === true
        ? []
        : [`ebsBlockDevices[${index}].encrypted: expected true, got ${show(encrypted ?? "nothing")}; set it`],
    ),
  ];
}

function parameters(type: string, { type: kind }: Seen["props"]): string[] {
  if (type !== "aws:ssm/parameter:Parameter" || kind === "SecureString") return [];
  return [`type: expected SecureString, got ${String(kind)}; change it`];
}

function publicAddress(type: string, props: Seen["props"]): string[] {
  if (!launchesInstances(type)) return [];
  const cards = (props["networkInterfaces"] ?? []) as { associatePublicIpAddress?: string | boolean }[];
  const open = [props, ...cards].some((card) => String(card.associatePublicIpAddress) === "true");
  const problems = open ? ["associatePublicIpAddress: expected false, got true; reach boxes by SSM"] : [];
  if (props["keyName"] === undefined) return problems;
  return [...problems, `keyName: expected none, got ${show(props["keyName"])}; open sessions by SSM`];
}

/** SSH, RDP, Docker and PostgreSQL. */
const administrationPorts = [22, 3389, 2375, 2376, 5432];

interface PortRange {
  fromPort?: number;
  toPort?: number;
  protocol?: string;
  ipProtocol?: string;
  cidrIpv4?: string;
  cidrIpv6?: string;
  cidrBlocks?: string[];
  ipv6CidrBlocks?: string[];
}

function openPorts(type: string, props: Seen["props"]): string[] {
  return ingressOf(type, props).flatMap((rule) => {
    const sources = [
      rule.cidrIpv4,
      rule.cidrIpv6,
      ...(rule.cidrBlocks ?? []),
      ...(rule.ipv6CidrBlocks ?? []),
    ];
    if (!sources.some((source) => source === "0.0.0.0/0" || source === "::/0")) return [];
    const all = (rule.ipProtocol ?? rule.protocol) === "-1";
    const open = administrationPorts.filter(
      (port) => all || ((rule.fromPort ?? 0) <= port && port <= (rule.toPort ?? 65535)),
    );
    return open.length === 0
      ? []
      : [`ingress: expected no port ${open.join(", ")} for everybody, got one; close it`];
  });
}

function ingressOf(type: string, props: Seen["props"]): PortRange[] {
  if (type === "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule") return [props];
  if (type === "aws:ec2/securityGroupRule:SecurityGroupRule")
    return props["type"] === "ingress" ? [props] : [];
  if (type === "aws:ec2/securityGroup:SecurityGroup") return (props["ingress"] ?? []) as PortRange[];
  return [];
}

/** What a preview does not know yet is checked in the update. */
function isUnknown(value: unknown): boolean {
  return value === undefined || typeof value === "symbol";
}
