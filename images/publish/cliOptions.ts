import { createReadStream } from "node:fs";
import { createHash } from "node:crypto";
import { basename } from "node:path";
import { parseArgs } from "node:util";
import type { PublishRequest } from "./request.ts";
import { parseRequest, requestSchema } from "./request.ts";

export const HELP = `Publishes raw disks as EBS snapshots: only the blocks that differ from the disk below.

node images/publish/main.ts [options] DISK...
node images/publish/main.ts '{"name": …}'        a request, as the Pulumi program makes it (images/publish/request.ts)

DISK is the path of a raw disk, or PATH@sha256:HEX where its digest is known. Several disks are a chain, base first:
each is published on the snapshot of the one before it. A disk that is published already costs one look-up.

  --region NAME         AWS region (default: $AWS_REGION)
  --endpoint URL        another address of the service (default: $AWS_ENDPOINT_URL, else AWS's own)
  --encrypted           encrypt, with the account's default key
  --kms-key-arn ARN     … with this key
  --tag KEY=VALUE       a tag of the snapshots; may be repeated
  --concurrency N       requests under way at most, 1 to 256 (default: 64); each takes 512 KiB of memory
  --state-folder PATH   block manifests and interrupted uploads (default: the project's cache folder)
  --quiet               no progress on standard error
  --help

Standard output is one line of JSON: snapshotId, diskDigest, written and skipped (blocks of 512 KiB), reused, startedAt,
encrypted. Credentials are found as every AWS program finds them.

Exit codes: 0 published or found · 1 failed · 2 wrong options · 3 the boot test failed, nothing was published ·
75 AWS or the line is in trouble, run it again · 77 credentials are missing or expired, renew them and run it again ·
130 and 143 stopped; the pending snapshot was deleted.
`;

export interface Invocation {
  request: PublishRequest;
  quiet: boolean;
}

/**
 * Reads the command line.
 *
 * @returns undefined when only the help is wanted
 * @throws with the problem and its fix
 */
export async function parseCommandLine(
  args: string[],
  environment: NodeJS.ProcessEnv,
): Promise<Invocation | undefined> {
  const request = args.find((argument) => argument.trimStart().startsWith("{"));
  if (request !== undefined) return { request: parseRequest(request), quiet: false };
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      region: { type: "string" },
      endpoint: { type: "string" },
      encrypted: { type: "boolean" },
      "kms-key-arn": { type: "string" },
      tag: { type: "string", multiple: true },
      concurrency: { type: "string" },
      "state-folder": { type: "string" },
      quiet: { type: "boolean" },
      help: { type: "boolean" },
    },
  });
  if (values.help === true) return undefined;
  if (positionals.length === 0) throw new Error("DISK: expected a path, got none; see --help");
  const given = {
    name: basename(positionals.at(-1) ?? "").replace(/@sha256:.*/u, ""),
    region: values.region ?? environment["AWS_REGION"] ?? environment["AWS_DEFAULT_REGION"] ?? "",
    endpoint: values.endpoint ?? environment["AWS_ENDPOINT_URL"],
    disks: await Promise.all(positionals.map(diskOf)),
    encrypted: values.encrypted,
    kmsKeyArn: values["kms-key-arn"],
    tags: Object.fromEntries((values.tag ?? []).map(tagOf)),
    concurrency: values.concurrency === undefined ? undefined : Number(values.concurrency),
    stateFolder: values["state-folder"],
  };
  if (given.region === "")
    throw new Error("--region: expected an AWS region, got none; give it, or set AWS_REGION");
  return { request: requestSchema.parse(given), quiet: values.quiet ?? false };
}

async function diskOf(argument: string): Promise<{ disk: string; diskDigest: string }> {
  const known = /^(.+)@(sha256:[0-9a-f]{64})$/u.exec(argument);
  if (known?.[1] !== undefined && known[2] !== undefined) return { disk: known[1], diskDigest: known[2] };
  const hash = createHash("sha256");
  for await (const part of createReadStream(argument, { highWaterMark: 1 << 20 }))
    hash.update(part as Buffer);
  return { disk: argument, diskDigest: `sha256:${hash.digest("hex")}` };
}

function tagOf(text: string): [string, string] {
  const at = text.indexOf("=");
  if (at < 1) throw new Error(`--tag: expected KEY=VALUE, got ${text}; put an equals sign between them`);
  return [text.slice(0, at), text.slice(at + 1)];
}
