import { cloudConfig } from "../../plan/glue/cloudConfig.ts";
import { assignment } from "../../plan/glue/environmentFile.ts";
import { usualStatus, type HealthCheck } from "../../plan/glue/healthCheck.ts";
import type { HandoverNote } from "../target/HandoverNote.ts";

/** One page in Markdown. */
export function formatNote(note: HandoverNote): string {
  const { fleet, release, ami, region, diskDigest, accounts } = note;
  return [
    `# ${fleet}, release ${release}`,
    "",
    `A machine image that runs as it is: nothing is installed or configured in it. It has been run and found well as \`${release}\`.`,
    "",
    "| what | value |",
    "| --- | --- |",
    `| AMI | \`${ami}\` |`,
    `| region | ${region} |`,
    `| checksum of its disk | \`${diskDigest}\` |`,
    `| accounts that may launch it | ${accounts.join(", ")} |`,
    "",
    ...section("Is it the one?", [
      "The description must end with the checksum above:",
      "",
      ...shell([
        `aws ec2 describe-images --region ${region} --image-ids ${ami} --query 'Images[0].Description' --output text`,
      ]),
    ]),
    ...section("Launch", launch(note)),
    ...section("Expected health", health(note)),
  ].join("\n");
}

function section(title: string, lines: readonly string[]): string[] {
  return [`## ${title}`, "", ...lines, ""];
}

function shell(lines: readonly string[]): string[] {
  return ["```sh", ...lines, "```"];
}

function launch({ ami, region, instanceType, environment, secrets }: HandoverNote): string[] {
  const names = [...Object.keys(environment), ...secrets];
  const command = [
    `aws ec2 run-instances --region ${region} --image-id ${ami} --instance-type ${instanceType}`,
    "--metadata-options HttpTokens=required --subnet-id SUBNET --security-group-ids GROUP",
    ...(names.length > 0 ? ["--user-data file://user-data.yaml"] : []),
  ].join(" \\\n  ");
  if (names.length === 0) return shell([command]);
  return [
    "`user-data.yaml` gives the box its environment" +
      (secrets.length > 0 ? "; put your own values for `…`:" : ":"),
    "",
    "```yaml",
    ...userData({ ...environment, ...Object.fromEntries(secrets.map((name) => [name, "…"])) }),
    "```",
    "",
    ...shell([command]),
  ];
}

/** What a block of YAML shows as it is; a line that only has blanks is among it. */
const plain = /^[\t\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\u{10000}-\u{10ffff}]*$/u;

/** Written by cloud-init, before any of the box's services start; no shell sees a value. */
function userData(environment: Readonly<Record<string, string>>): string[] {
  const lines = Object.entries(environment)
    .map(([name, value]) => assignment(name, value))
    .join("\n");
  const file = { path: "/run/fleet/box.env", permissions: "0600" };
  if (!plain.test(lines))
    return cloudConfig({ write_files: [{ ...file, content: `${lines}\n` }] })
      .trimEnd()
      .split("\n");
  return [
    "#cloud-config",
    "write_files:",
    `- path: ${file.path}`,
    `  permissions: "${file.permissions}"`,
    "  content: |",
    ...lines.split("\n").map((line) => `    ${line}`),
  ];
}

function health({ applications, startMinutes }: HandoverNote): string[] {
  const answers = applications.every(({ healthStatus = usualStatus }) => healthStatus === usualStatus)
    ? String(usualStatus)
    : "what stands behind it";
  return [
    `Within ${startMinutes} ${startMinutes === 1 ? "minute" : "minutes"} each of these answers ${answers}; the security group must let you in:`,
    "",
    ...shell(applications.map(asking)),
    "",
    `They are, in this order: ${applications.map(({ name }) => name).join(", ")}.`,
  ];
}

function asking({ port, health: path, healthHost, healthStatus = usualStatus }: HealthCheck): string {
  const header = healthHost === undefined ? "" : ` -H 'Host: ${healthHost}'`;
  return `curl -i${header} http://ADDRESS:${port}${path}${healthStatus === usualStatus ? "" : ` # ${healthStatus}`}`;
}
