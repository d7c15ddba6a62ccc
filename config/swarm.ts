import { z } from "zod";
import { engineSchema } from "./engines.ts";
import { bounded, count, name, size } from "./forms.ts";
import { matchingText } from "./text.ts";

const constraint = matchingText(
  /^(node|engine)\.[\w.-]+ (==|!=) [\w./-]+$/,
  "a constraint of the Swarm such as node.labels.zone == north",
);
const constraints = z.array(constraint).default([]);
const label = matchingText(
  /^(node|engine)\.labels\.[\w.-]+$/,
  "a label of machines such as node.labels.zone",
);
const spread = z.array(label);

/** The Docker Swarm that runs the fleets of an environment: its key `swarm`. */
export const swarmSchema = z
  .strictObject({
    manager: engineSchema
      .optional()
      .describe("The engine of a manager, reached by SSH; default: this machine's."),
    edges: z
      .record(name, engineSchema)
      .optional()
      .describe("Machines of the Swarm that have an edge each; default: the manager's."),
    constraints: constraints.describe("Machines that may have boxes: those for which all of these are true."),
    spread: spread
      .default([])
      .describe("Labels of machines over whose values boxes are spread evenly: zones, then racks."),
  })
  .describe(
    "A Docker Swarm that is there, whose machines run the boxes; one that fails is stood in for by others.",
  );

/** Where boxes of one fleet are in a Swarm: the key `swarm` of a placement. */
export const swarmPlacementSchema = z
  .strictObject({
    constraints: constraints.describe("Beside those of environment.swarm."),
    spread: spread.optional().describe("Instead of that of environment.swarm."),
    boxesPerMachine: count.optional().describe("At most so many boxes on one machine, old and new apart."),
    memory: size.optional().describe("Memory that a machine must have left for a box."),
    cpus: bounded(0.01, 1024, "a number of processors from 0.01 to 1024")
      .optional()
      .describe("Processors that a machine must have left for a box."),
  })
  .describe("Which machines of a Swarm run its boxes.");

export type SwarmSettings = z.output<typeof swarmSchema>;
export type SwarmPlacement = z.output<typeof swarmPlacementSchema>;
