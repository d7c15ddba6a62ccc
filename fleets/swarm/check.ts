import { text } from "node:stream/consumers";
import { withEngine } from "../../engine/connection.ts";
import type { Engine } from "../../engine/engine.ts";
import { messageOf } from "../../work/message.ts";

// Looks whether an engine is a manager of a Swarm, and prints the Swarm's id: standard input may have the Engine. Run by a command
// resource before anything is made there.
try {
  const given = await text(process.stdin);
  const engine = given === "" ? undefined : (JSON.parse(given) as Engine);
  const format =
    "{{.Swarm.LocalNodeState}} {{.Swarm.ControlAvailable}} {{with .Swarm.Cluster}}{{.ID}}{{end}}";
  const said = await withEngine(engine, (client) => client.run(["info", "--format", format]));
  const [state = "", isManager, id = ""] = said.trim().split(" ");
  if (isManager !== "true")
    throw new Error(
      `environment.swarm.manager: expected the engine of a manager, got one that is ${state === "active" ? "a worker" : "in no Swarm"}; name a manager, or run docker swarm init there and docker swarm join on the others`,
    );
  process.stdout.write(id);
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exitCode = 1;
}
