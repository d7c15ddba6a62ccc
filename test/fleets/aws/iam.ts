import { ofType, type Made } from "../instances/program.ts";

/** What somebody wants to do. */
export interface Request {
  action: string;
  resource: string;
  /** Keys of conditions that the request has. */
  context?: Record<string, string>;
}

interface Statement {
  Effect: "Allow" | "Deny";
  Action: string | string[];
  Resource?: string | string[];
  NotResource?: string | string[];
  Condition?: Record<string, Record<string, string | string[]>>;
}

/** Whether policies allow a request, as IAM evaluates them: a denial counts for more than any permission, silence is a denial. */
export function allows(policies: readonly string[], request: Request): boolean {
  const matching = policies
    .flatMap((text) => (JSON.parse(text) as { Statement: Statement[] }).Statement)
    .filter((statement) => applies(statement, request));
  return (
    matching.some(({ Effect }) => Effect === "Allow") && !matching.some(({ Effect }) => Effect === "Deny")
  );
}

function applies(statement: Statement, { action, resource, context = {} }: Request): boolean {
  const { Action, Resource, NotResource, Condition = {} } = statement;
  if (!list(Action).some((pattern) => matches(pattern.toLowerCase(), action.toLowerCase()))) return false;
  const onResource =
    Resource !== undefined
      ? list(Resource).some((pattern) => matches(pattern, resource))
      : !list(NotResource ?? []).some((pattern) => matches(pattern, resource));
  return onResource && Object.entries(Condition).every(([operator, keys]) => holds(operator, keys, context));
}

function holds(
  operator: string,
  keys: Readonly<Record<string, string | string[]>>,
  context: Readonly<Record<string, string>>,
): boolean {
  if (operator !== "StringLike" && operator !== "StringEquals")
    throw new Error(`expected a known operator of conditions, got ${operator}; evaluate it here`);
  const same = operator === "StringLike" ? matches : (pattern: string, value: string) => pattern === value;
  return Object.entries(keys).every(([key, patterns]) => {
    const value = context[key];
    return value !== undefined && list(patterns).some((pattern) => same(pattern, value));
  });
}

/** `*` is any text, slashes included, `?` one character. */
function matches(pattern: string, value: string): boolean {
  const expression = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${expression}$`, "s").test(value);
}

function list(value: string | string[]): string[] {
  return typeof value === "string" ? [value] : value;
}

const everything = (...actions: string[]) =>
  JSON.stringify({ Statement: [{ Effect: "Allow", Action: actions, Resource: "*" }] });

/** Policies that AWS keeps, by name, as AWS documents them: what of them concerns parameters, keys and what else is not its owner's. */
const kept: Record<string, string> = {
  AmazonSSMManagedInstanceCore: everything(
    "ssm:GetParameter",
    "ssm:GetParameters",
    "ssm:UpdateInstanceInformation",
    "ssmmessages:*",
    "ec2messages:*",
  ),
  AmazonEC2ContainerRegistryReadOnly: everything(
    "ecr:GetAuthorizationToken",
    "ecr:BatchGetImage",
    "ecr:GetDownloadUrlForLayer",
  ),
  AWSElasticBeanstalkWebTier: everything(
    "s3:Get*",
    "xray:PutTraceSegments",
    "elasticbeanstalk:PutInstanceStatistics",
  ),
};

/** The policies of a role that a program makes, those attached to it included. @throws Error for one that is not known here. */
export function policiesOf(all: readonly Made[], role: string): string[] {
  const own = Object.values(ofType(all, "rolePolicy:RolePolicy")).filter((each) => each["role"] === role);
  const attached = Object.values(ofType(all, "RolePolicyAttachment")).filter((each) => each["role"] === role);
  return [
    ...own.map((each) => String(each["policy"])),
    ...attached.map((each) => {
      const arn = String(each["policyArn"]);
      const name = arn.split("/").at(-1) ?? "";
      const text = kept[name];
      if (text === undefined) throw new Error(`expected a policy that is known here, got ${arn}; add it`);
      return text;
    }),
  ];
}
