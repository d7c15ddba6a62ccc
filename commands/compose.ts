import { projectRoot } from "../config/root.ts";
import { writeCompose } from "../operations/compose/write.ts";
import { command } from "./line/command.ts";
import { flag, optional } from "./line/option.ts";
import { httpsPort, port } from "./line/port.ts";

export default command({
  name: "compose",
  about:
    "Writes a Compose file of an environment: its boxes, accessories and edge, on images by digest, told the same of each other.\nImages that are neither in the engine nor in the registry are built.",
  summary: "writes the Compose file of an environment, on its images by digest",
  options: {
    output: optional("FOLDER", "where (default: compose/STACK)", "o"),
    port,
    "tls-port": httpsPort,
    plain: flag("without TLS, whatever the environment says"),
    application: optional(
      "NAME",
      "also an override that runs this application's source, and starts it anew when it changes",
      "a",
    ),
  },
  run: async ({ stack, output = `compose/${stack}`, application, plain, ...ports }) => {
    const wanted = { stack, output, application, port: ports.port, tlsPort: ports["tls-port"], plain };
    const { folder } = await writeCompose(wanted, projectRoot);
    process.stdout.write(`${folder}\nthere: docker compose up --detach, or docker-compose up --detach\n`);
  },
});
