import { closeSync, openSync, readSync, rmSync } from "node:fs";
import * as path from "node:path";
import { lintSource } from "@secretlint/core";
import { creator as keptRules } from "@secretlint/secretlint-rule-preset-recommend";
import { readLayer } from "../disk/layer/readLayer.ts";
import { creator as assignedPassword } from "./assignedPassword.ts";

/** A place that looks like a secret. What it says is in no message. */
export interface Suspect {
  /** Absolute path in the image. */
  path: string;
  line: number;
  /** Name of the rule: `privatekey`, `aws`, … */
  rule: string;
}

/** Larger files are data or programs. */
const largestBytes = 2 ** 20;
/** Where a zero byte makes a file binary. */
const headBytes = 8000;

/** Documentation of distributions with examples that look like secrets. */
const knownExamples = ["/usr/share/perl*/**/HTTP/Tiny.pm", "/etc/ssl/openssl.cnf"];
/** Private keys that are no secrets: those that tests of packages come with, and a machine's host keys, which its first boot replaces. */
const knownKeys = [
  "/usr/{lib,share}/**/{test,tests,testdata,test_data,test-data,testing}/**",
  "/etc/ssh/ssh_host_*_key",
];
/** Keys that packages make for themselves as they are installed. Nobody trusts their certificates, but whoever has the image has the key. */
const madeKeys = ["/etc/ssl/private/ssl-cert-snakeoil.key"];
/** A line that says something to people; in a program or a file of settings. */
const comment = /^\s*(?:#|;|\/\/)/;

const config = {
  rules: [
    { id: "preset", rule: keptRules, rules: [] },
    { id: "assigned-password", rule: assignedPassword },
  ],
};

/**
 * Looks for secrets in the files that a layer adds or changes, by secretlint's recommended rules.
 * @param exceptions patterns of paths (`/usr/share/**`) where what looks like a secret is none.
 */
export async function scanLayer(archive: string, exceptions: readonly string[]): Promise<Suspect[]> {
  const found: Suspect[] = [];
  const descriptor = openSync(archive, "r");
  try {
    for (const entry of readLayer(archive).entries.values()) {
      const file = `/${entry.path}`;
      if (entry.type !== "file" || entry.size === 0 || entry.size > largestBytes) continue;
      if ([...knownExamples, ...exceptions].some((pattern) => path.matchesGlob(file, pattern))) continue;
      const content = Buffer.alloc(entry.size);
      readSync(descriptor, content, 0, entry.size, entry.offset);
      if (!content.subarray(0, headBytes).includes(0))
        found.push(...(await scanText(file, content.toString())));
    }
  } finally {
    closeSync(descriptor);
  }
  return found;
}

/** Whether a line of settings (`NAME=value`) has what looks like a secret. */
export async function holdsSecret(line: string): Promise<boolean> {
  return (await scanText("/settings.env", line)).length > 0;
}

async function scanText(file: string, content: string): Promise<Suspect[]> {
  // A comment in a file (secretlint-disable) is no exception: those are declared where everybody sees them.
  const plain = content.replaceAll("secretlint-", "secretlint_");
  const source = { filePath: file, content: plain, contentType: "text", ext: path.extname(file) } as const;
  const { messages } = await lintSource({ source, options: { maskSecrets: true, config } });
  const lines = plain.split("\n");
  const isKnown = knownKeys.some((pattern) => path.matchesGlob(file, pattern));
  return messages
    .map(({ ruleId, loc }) => ({
      path: file,
      line: loc.start.line,
      rule: ruleId.replace(/^.*(\/secretlint-rule-|\/)/, ""),
    }))
    .filter(({ line, rule }) => !comment.test(lines[line - 1] ?? "") && !(isKnown && rule === "privatekey"));
}

/**
 * @returns what to say of keys that packages made in the layer.
 * @throws Error naming each file of a layer with a secret, and its rule; the layer's archive is removed then.
 */
export async function refuseSecrets(
  layer: string,
  archive: string,
  exceptions: readonly string[],
): Promise<string[]> {
  const found = await scanLayer(archive, exceptions);
  const made = found.filter(({ path: file, rule }) => rule === "privatekey" && madeKeys.includes(file));
  const problem = secretProblem(
    layer,
    found.filter((each) => !made.includes(each)),
  );
  if (problem !== undefined) {
    rmSync(archive);
    throw new Error(problem);
  }
  return made.map(
    ({ path: file }) =>
      `${file} was made by a package: whoever has the image has that key, so have services use another, or the role remove it`,
  );
}

/** What fails the build: each file with the rule, and the way out, never the secret. */
export function secretProblem(layer: string, suspects: readonly Suspect[]): string | undefined {
  if (suspects.length === 0) return undefined;
  const lines = suspects.map(
    ({ path: file, line, rule }) =>
      `layers.${layer}: expected no secret in an image, got one by the rule ${rule} in ${file}, line ${line}`,
  );
  const fix = `give it to the box as \${secret:NAME}, or name the file in layers.${layer}.noSecrets if it is none`;
  return `${lines.join("\n")}; ${fix}`;
}
