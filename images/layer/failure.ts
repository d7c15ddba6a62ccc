import { parse } from "yaml";
import { z } from "zod";
import { lastTask } from "../../work/log.ts";
import { refusedByLock } from "../lock/refused.ts";

/** A task of Ansible that failed. */
export interface FailedTask {
  /** `role : task`. */
  name: string;
  /** What the module, or Ansible for it, said: one line, or what a program printed on standard error. */
  said: string;
  kind: LayerFailureKind;
}

/**
 * `undefined`: a variable that has no value; `mistake`: something else that Ansible refuses before any module runs, or that comes
 * out the same however modules are run; `network`: another host was asked that is not reached; `kernel`: what likely needs a kernel of its
 * own; else `other`.
 */
export type LayerFailureKind = "undefined" | "mistake" | "network" | "kernel" | "other";

const isUndefined = /\bis undefined\b|\bhas no attribute\b|undefined variable/;
const isMistake = [
  /Could not find or access .* on the Ansible Controller/s,
  /Unsupported parameters for|missing required arguments:|value of \S+ must be one of|Validation of arguments failed/,
  /No package matching '.*' is available|Unable to locate package/,
  /couldn't resolve module\/action|the role '.*' was not found|template error while templating/i,
];
const notReached = [
  /failure (in name resolution|resolving)|Name or service not known|Could not resolve|No address associated with hostname/i,
  /Network is unreachable|No route to host|(Connection|urlopen error) timed out|Failed to establish a new connection/i,
  /(Could not|Failed to) connect to \S+(:| port )\d+|\b(ENOTFOUND|EAI_AGAIN|ENETUNREACH)\b|Tunnel connection failed/i,
  /urlopen error .*Connection refused/i,
];
/** What a role asks of its own services. */
const isLocal = /\blocalhost\b|\b127(\.\d+){3}\b|::1\b/;
const needsKernel = [
  /\b(modprobe|insmod|depmod|swapon|losetup|kexec|grub-\w+|update-grub|auditctl|apparmor_parser|setenforce|mkfs\S*|mount)\b/,
  /\/lib\/modules|\/proc\/sys\/|\/sys\/(?!fs\/cgroup)|\/dev\/(sd|vd|nvme|loop)/,
  /can't initialize (ip6?tables|nft)|nf_tables|Could not fetch rule set|Operation not permitted|Protocol not supported/,
];

/** What systemctl says of a service that does not start, however it is called. */
const failedUnit = /\bJob for (\S+) failed\b/;

const resultSchema = z.looseObject({
  msg: z.unknown().optional(),
  stderr: z.unknown().optional(),
  cmd: z.unknown().optional(),
  url: z.unknown().optional(),
});

/** The task that ended the run, from what Ansible (or Packer for it) printed; undefined where none failed for good. */
export function failedTask(output: string): FailedTask | undefined {
  const text = output.replace(/^== .*\n/gm, "").replace(/^(==>)? *docker\.\w+: ?/gm, "");
  // What roles rescued is all that failed where the recap counts nothing.
  if (/ failed=0 /.test(text) && !/ (failed|unreachable)=[1-9]/.test(text)) return undefined;
  const found = [...text.matchAll(/^(?:fatal|failed): \[[^\n]*\n(?:[ \t]+[^\n]*\n|\n(?=[ \t]))*/gm)];
  // What a role lets pass is no failure; what it rescues is followed by the one that was not.
  const last = found
    .filter(({ 0: block, index }) => !text.slice(index + block.length).startsWith("...ignoring"))
    .at(-1);
  if (!last) return undefined;
  const name = lastTask(text.slice(0, last.index));
  if (name === undefined) return undefined;
  const { said: told, command, url } = readResult(last[0]);
  const said = withJournal(told, text.slice(last.index));
  return { name, said, kind: kindOf(said, command, url) };
}

/** A service that does not start says why, as images/packer/layer/failed_units.py prints it; Ansible only where one could look. */
function withJournal(told: string, output: string): string {
  const [, unit] = failedUnit.exec(told) ?? [];
  const lines = [...output.matchAll(/^unit (\S+): (.*)$/gm)].filter(([, name]) => name === unit);
  if (lines.length === 0) return told;
  const journal = lines.map(([, , line = ""]) => line.trim()).join(" ");
  return `${told.replace(/ See "systemctl status .*$/, "")} It said: ${journal.slice(0, 500)}`;
}

/** Whether a run may end otherwise when modules are run in another way: not where a mistake is the cause. */
export function maySucceedOtherwise(output: string): boolean {
  if (missedUpdate(output) !== undefined || refusedByLock(output).length > 0) return false;
  const failed = failedTask(output);
  if (failed)
    return !["undefined", "mistake", "network"].includes(failed.kind) && !failedUnit.test(failed.said);
  return !/^(==>)? *(docker\.\w+: ?)?ERROR! /m.test(output);
}

/** What images/packer/layer/finish.sh says of a package that is older than the lock file has it; undefined where none is. */
export function missedUpdate(output: string): string | undefined {
  return /images\.lock\.yaml: expected .* or newer, got .*/.exec(output)?.[0];
}

/** Whether what a command is, or says, shows that it likely needs a kernel of its own. */
export function mayNeedKernel(text: string): boolean {
  return needsKernel.some((pattern) => pattern.test(text));
}

function kindOf(said: string, command: string, url: string): LayerFailureKind {
  if (notReached.some((pattern) => pattern.test(said)) && !isLocal.test(`${said} ${url}`)) return "network";
  if (isUndefined.test(said)) return "undefined";
  if (isMistake.some((pattern) => pattern.test(said))) return "mistake";
  return mayNeedKernel(`${said}\n${command}`) ? "kernel" : "other";
}

/** A result follows its host as YAML, or, by another callback than the project's, in the same line as JSON. */
function readResult(block: string): { said: string; command: string; url: string } {
  const [, text = ""] = /=> ?([^]*)$/.exec(block) ?? [];
  let result: z.output<typeof resultSchema>;
  try {
    result = resultSchema.parse(parse(text, { uniqueKeys: false, logLevel: "error" }));
  } catch {
    return { said: oneLine(text), command: "", url: "" };
  }
  const { msg, stderr, cmd, url } = result;
  const printed = typeof stderr === "string" && stderr.trim() !== "" ? stderr : undefined;
  const general = msg === undefined || msg === "non-zero return code";
  const said = general && printed !== undefined ? printed : shown(msg);
  return { said: oneLine(said), command: shown(cmd), url: shown(url) };
}

function shown(value: unknown): string {
  if (value === undefined) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** The first paragraph, in one line: what follows is where Ansible guesses the fault to be. */
function oneLine(text: string): string {
  const [first = ""] = text.trim().split(/\n\s*\n/);
  return first.replace(/\s+/g, " ").replace(/\.\. /g, ": ").slice(0, 500);
}
