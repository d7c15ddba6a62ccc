import { json } from "node:stream/consumers";
import { projectRoot } from "../../config/root.ts";
import { BuildLog } from "../../work/log.ts";
import { givenPasswords } from "../../images/layer/passwords.ts";
import { hostPackages } from "./apply.ts";
import { configureHosts } from "./configure.ts";
import { joinedParts } from "./environmentParts.ts";
import { digestVariable, doorVariable, type HostsRequest, type RunningRequest } from "./request.ts";
import { WorkFolder } from "./workFolder.ts";
import { messageOf } from "../../work/message.ts";

// Configures a fleet's hosts: a HostsRequest as JSON on standard input, their environment, which may hold secrets, in a
// variable, as are passwords of package repositories; a result as JSON on standard output, progress on standard error. `keep` as the argument configures nothing.
// Run by the command resource of the fleet.
const asked = (await json(process.stdin)) as HostsRequest;
const request: RunningRequest = { ...asked, door: process.env[doorVariable] ?? "" };
const passwords = givenPasswords();
const content = process.env[digestVariable] ?? "";
const work = new WorkFolder(request.settings, projectRoot);
process.on("exit", () => {
  work.dispose();
});
for (const [signal, code] of [
  ["SIGINT", 130],
  ["SIGTERM", 143],
] as const)
  process.on(signal, () => process.exit(code));
try {
  if (process.argv[2] !== "keep") {
    const environment = JSON.parse(joinedParts(process.env) ?? "{}") as Record<string, string>;
    const log = new BuildLog(request.fleet, content.replace("sha256:", ""));
    const packages = await hostPackages(request, passwords, work, projectRoot);
    await configureHosts(request, { environment, packages, work, log, root: projectRoot });
  }
  process.stdout.write(JSON.stringify({ content, hosts: request.hosts.map(({ name }) => name) }));
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exitCode = 1;
}
