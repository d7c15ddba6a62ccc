import * as path from "node:path";
import { execa } from "execa";
import { certificateFor } from "../support/certificate.ts";
import { debianProgram } from "../registry/debianProgram.ts";

/** What HAProxy said of a configuration that it was asked to check. */
export interface Checked {
  exitCode: number;
  /** Its alerts and warnings, but those of the state file, which the box writes before HAProxy starts. */
  complaints: string[];
}

/** One process for all of them: in a container, a process for each would take minutes. */
const checking = `import json, os, subprocess, sys, tempfile
given = json.load(sys.stdin)
folder = tempfile.mkdtemp()
with open(folder + "/000.pem", "w") as file:
    file.write(given["certificate"])
maps = tempfile.mkdtemp()
open(maps + "/map", "w").close()
def check(text):
    text = text.replace("/run/haproxy/certificates", folder).replace("/run/fleet-door/maintenance", maps)
    done = subprocess.run([sys.argv[1], "-c", "-f", "/dev/stdin"], input=text.encode(), capture_output=True)
    return {"exitCode": done.returncode, "said": (done.stdout + done.stderr).decode("utf-8", "replace")}
json.dump([check(text) for text in given["configurations"]], sys.stdout)
`;

/**
 * Has HAProxy check configurations (haproxy -c): that of this machine, of an image of this project, or of Debian's package.
 * @returns what it said of each, in order; or why there is no HAProxy.
 */
export async function checkedByHaproxy(
  configurations: readonly string[],
): Promise<Checked[] | { missing: string }> {
  const { certificate, key } = configurations.some((text) => text.includes(" ssl crt "))
    ? await certificateFor(["www.example"])
    : { certificate: "", key: "" };
  const told = await besideHaproxy(checking, {
    configurations: configurations.map((text) => `${text}\n`),
    certificate: certificate + key,
  });
  if ("missing" in told) return told;
  return (told.answer as { exitCode: number; said: string }[]).map(({ exitCode, said }) => ({
    exitCode,
    complaints: said
      .split("\n")
      .filter((line) => /\[(ALERT|WARNING)\]/.test(line) && !line.includes("servers.state")),
  }));
}

/**
 * Runs a script of Python's where HAProxy is: its path is the argument, what is given comes as JSON from standard input, and so goes the answer to
 * standard output. @returns the answer; or why there is no HAProxy.
 */
export async function besideHaproxy(
  script: string,
  given: object,
): Promise<{ answer: unknown } | { missing: string }> {
  const found = await haproxy(script);
  if ("missing" in found) return found;
  const [program, ...args] = found.command;
  const own = { input: JSON.stringify(given), env: found.env ?? {}, maxBuffer: 2 ** 28 };
  const { stdout } = await execa(program, args, own);
  return { answer: JSON.parse(stdout) as unknown };
}

interface Command {
  command: [string, ...string[]];
  env?: Record<string, string>;
}

async function haproxy(script: string): Promise<Command | { missing: string }> {
  const own = await execa("haproxy", ["-v"], { reject: false });
  if (own.exitCode === 0) return { command: ["python3", "-c", script, "haproxy"] };
  const filter = ["--filter", "label=immutable-fleets.layer=haproxy", "--quiet"];
  const images = await execa("docker", ["image", "ls", ...filter], { reject: false });
  const [image] = images.failed ? [] : images.stdout.split("\n");
  if (image === undefined || image === "") return unpacked(script);
  const box = [
    "--rm",
    "--interactive",
    "--network=none",
    "--entrypoint=/usr/bin/python3",
    "--tmpfs=/run/haproxy",
  ];
  return { command: ["docker", "run", ...box, image, "-c", script, "/usr/sbin/haproxy"] };
}

async function unpacked(script: string): Promise<Command | { missing: string }> {
  const found = await unpackedHaproxy();
  return "missing" in found
    ? found
    : { command: ["python3", "-c", script, found.program], env: found.environment };
}

/** HAProxy of Debian's package, with the libraries that a machine lacks, which are packages too. */
export async function unpackedHaproxy(): Promise<
  { program: string; environment: Record<string, string> } | { missing: string }
> {
  const found = await debianProgram("haproxy", "usr/sbin/haproxy");
  if ("missing" in found) return found;
  const root = path.resolve(found.program, "../../../..");
  for (const library of ["liblua5.3-0", "libopentracing-c-wrapper0", "libopentracing1"])
    await debianProgram(library, library);
  const { stdout } = await execa("find", [root, "-name", "lib*.so*", "-printf", "%h\n"]);
  const environment = { LD_LIBRARY_PATH: [...new Set(stdout.split("\n"))].join(":") };
  const { failed, stderr } = await execa(found.program, ["-v"], { env: environment, reject: false });
  if (failed) return { missing: `haproxy of Debian's package does not run here: ${stderr}` };
  return { program: found.program, environment };
}
