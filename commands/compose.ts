import { projectRoot } from "../config/root.ts";
import { refuse } from "./line/choice.ts";
import { writeCompose } from "../operations/compose/write.ts";
import { readOptions } from "./line/options.ts";
import { runCommand } from "./line/run.ts";

const { values } = readOptions(
  {
    usage: "npm run compose -- [options]",
    about:
      "Writes a Compose file of an environment: its boxes, accessories and edge, on images by digest, told the same of each other.\nImages that are neither in the engine nor in the registry are built.",
    options: {
      "--output FOLDER, -o": "where (default: compose/STACK)",
      "--port PORT, -p": "published port (default: that of the environment's edge)",
      "--application NAME, -a":
        "also an override that runs this application's source, and starts it anew when it changes",
    },
  },
  {
    output: { type: "string", short: "o" },
    port: { type: "string", short: "p" },
    application: { type: "string", short: "a" },
  },
);
const { stack, output = `compose/${stack}`, port, application } = values;
if (port !== undefined && !/^\d{1,5}$/.test(port))
  refuse("--port", "a port", port, "for example --port 8090");

await runCommand(async () => {
  const wanted = { stack, output, application, port: port === undefined ? undefined : Number(port) };
  const { folder } = await writeCompose(wanted, projectRoot);
  process.stdout.write(`${folder}\nthere: docker compose up --detach, or docker-compose up --detach\n`);
});
