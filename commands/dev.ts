import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";
import { projectRoot } from "../config/root.ts";
import { composeProgram } from "../operations/compose/program.ts";
import { servedByBoxes } from "../operations/compose/served.ts";
import { writeCompose, type WrittenCompose } from "../operations/compose/write.ts";
import { command, oneWord } from "./line/command.ts";
import { flag, optional } from "./line/option.ts";
import { httpsPort, port } from "./line/port.ts";

const lookEveryMilliseconds = 500;
const timeoutMilliseconds = 120_000;

export default command({
  name: "dev",
  about:
    "Runs an environment by Docker Compose, with the source of one application mounted: a change of it is seen within two seconds.\nPrints what its boxes print; Ctrl-C stops all boxes, and keeps their data.",
  summary: "runs all by Docker Compose, with the source of one application mounted and reloaded",
  words: oneWord("APPLICATION", "one application", "for example ./fleet dev catalog"),
  options: {
    output: optional("FOLDER", "where the Compose file is written (default: compose/STACK)", "o"),
    port,
    "tls-port": httpsPort,
    plain: flag("without TLS, whatever the environment says"),
    detach: flag("leave all boxes running, and end", "d"),
  },
  also: ["docker_compose"],
  run: async ({ stack, output = `compose/${stack}`, detach, plain, ...ports }, [application = ""]) => {
    const [program, ...args] = await composeProgram();
    const wanted = { stack, output, application, port: ports.port, tlsPort: ports["tls-port"], plain };
    const written = await writeCompose(wanted, projectRoot);
    const { folder, sources, boxes, byHand } = written;
    const compose = (...more: string[]) =>
      execa(program, [...args, ...more], {
        cwd: folder,
        stdout: "inherit",
        stderr: "inherit",
        stdin: "ignore",
      });
    await compose("up", "--detach", "--remove-orphans");
    await served(application, folder, [program, ...args]);
    process.stdout.write(`${application}: ${places(written).join(" ")}\nedit ${sources.join(", ")}\n`);
    for (const unit of byHand)
      process.stdout.write(
        `${unit} leaves the foreground: start it anew by hand where it does not see changes\n`,
      );
    if (detach) return;
    const follow = compose("logs", "--follow", "--tail=0", ...boxes);
    process.once("SIGTERM", () => follow.kill());
    await follow.catch(() => undefined);
    await compose("down", "--timeout", "5");
    // Ctrl-C is how this ends, and no failure.
    process.exit(0);
  },
});

/** Where the application answers: at each of its paths, of each host name. */
function places({ url, hosts, pathPrefixes }: WrittenCompose): string[] {
  const roots = [url, ...hosts.map((host) => url.replace(/\/\/[^:]+/, `//${host}`))];
  return pathPrefixes.length === 0 ? roots : roots.flatMap((root) => pathPrefixes.map((path) => root + path));
}

/** Waits until the edge sends requests to the application. */
async function served(name: string, folder: string, program: readonly [string, ...string[]]): Promise<void> {
  const end = Date.now() + timeoutMilliseconds;
  let told = Date.now();
  while (!(await servedByBoxes(program, folder, name))) {
    if (Date.now() > end)
      throw new Error(
        `${name}: expected it healthy within ${timeoutMilliseconds / 1000} s; see its logs in ${folder}`,
      );
    if (Date.now() - told > 5000) {
      told = Date.now();
      process.stderr.write(`${name}: not yet healthy\n`);
    }
    await sleep(lookEveryMilliseconds);
  }
}
