import { shapeArguments, type BoxShape } from "./boxShape.ts";
import { refuseClientVariables } from "./clientVariables.ts";
import type { DockerClient } from "./DockerClient.ts";

/** A box that runs one command, by no name in the network by which requests would come. */
export interface ThrowAwayBox {
  image: string;
  network: string;
  shape: BoxShape;
  /** What it is told. */
  variables: Readonly<Record<string, string>>;
  /** In the place of the image's command. */
  command: readonly string[];
  /** In the place of the image's entry point. */
  entrypoint?: string;
  /** Of its container: while there is one, no other can be made by it. */
  name?: string;
  labels: Readonly<Record<string, string>>;
  /** What it is given: nothing, a standard input, or a terminal. Default: nothing. */
  input?: "stream" | "terminal";
}

/** The label of every throw-away box; its value says what for. */
export const throwAwayLabel = "immutable-fleets.throw-away";

/** Makes a throw-away box, which is not started. @returns its container's id. @throws Error when the engine does not make it. */
export async function createThrowAway(engine: DockerClient, box: ThrowAwayBox): Promise<string> {
  refuseClientVariables(Object.keys(box.variables));
  // Values stand in the client's environment, never on its command line.
  return engine.run(throwAwayArguments(box), { variables: box.variables });
}

/** The command line that makes it. */
export function throwAwayArguments(box: ThrowAwayBox): string[] {
  const { image, network, variables, command, entrypoint, name, labels, input } = box;
  return [
    // Its first process reaps others and hands signals on, which the command itself may not do.
    ...["create", "--init", "--stop-signal", "SIGTERM", "--network", network],
    ...(name === undefined ? [] : ["--name", name]),
    ...Object.entries(labels).flatMap(([key, value]) => ["--label", `${key}=${value}`]),
    ...(input === undefined ? [] : ["--interactive"]),
    ...(input === "terminal" ? ["--tty"] : []),
    ...shapeArguments({ ...box.shape, init: false }),
    ...Object.keys(variables).flatMap((each) => ["--env", each]),
    ...(entrypoint === undefined ? [] : ["--entrypoint", entrypoint]),
    image,
    ...command,
  ];
}
