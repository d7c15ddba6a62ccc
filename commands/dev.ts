import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";
import { projectRoot } from "../config/root.ts";
import { refuse } from "./line/choice.ts";
import { composeProgram } from "../operations/compose/program.ts";
import { servedByBoxes } from "../operations/compose/served.ts";
import { writeCompose } from "../operations/compose/write.ts";
import { readOptions } from "./line/options.ts";
import { runCommand } from "./line/run.ts";

const lookEveryMilliseconds = 500;
const timeoutMilliseconds = 120_000;

const { values, positionals } = readOptions(
  {
    usage: "npm run dev -- APPLICATION [options]",
    about:
      "Runs an environment by Docker Compose, with the source of one application mounted: a change of it is seen within two seconds.\nPrints what its boxes print; Ctrl-C stops all boxes, and keeps their data.",
    options: {
      "--output FOLDER, -o": "where the Compose file is written (default: compose/STACK)",
      "--port PORT, -p": "published port (default: that of the environment's edge)",
      "--detach, -d": "leave all boxes running, and end",
    },
  },
  {
    output: { type: "string", short: "o" },
    port: { type: "string", short: "p" },
    detach: { type: "boolean", short: "d", default: false },
  },
  true,
);
const [application, another] = positionals;
if (application === undefined || another !== undefined)
  refuse(
    "APPLICATION",
    "one application",
    positionals.join(" ") || "none",
    "for example npm run dev -- catalog",
  );
const { stack, output = `compose/${stack}`, port, detach } = values;
if (port !== undefined && !/^\d{1,5}$/.test(port))
  refuse("--port", "a port", port, "for example --port 8090");

await runCommand(async () => {
  const [program, ...args] = await composeProgram();
  const wanted = { stack, output, application, port: port === undefined ? undefined : Number(port) };
  const written = await writeCompose(wanted, projectRoot);
  const { folder, url, hosts, sources, boxes, byHand } = written;
  const compose = (...more: string[]) =>
    execa(program, [...args, ...more], {
      cwd: folder,
      stdout: "inherit",
      stderr: "inherit",
      stdin: "ignore",
    });
  await compose("up", "--detach", "--remove-orphans");
  await served(application, folder, [program, ...args]);
  const places = [url, ...hosts.map((host) => url.replace(/\/\/[^:]+/, `//${host}`))];
  process.stdout.write(`${application}: ${places.join(" ")}\nedit ${sources.join(", ")}\n`);
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
});

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
