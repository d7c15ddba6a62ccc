import type { DockerClient } from "../../engine/DockerClient.ts";
import { edgesBehind } from "../edge/behind.ts";
import { EdgeRuntime } from "../edge/EdgeRuntime.ts";
import type { ServerRow } from "../edge/serverRows.ts";
import { countsOf, type ServerCounts } from "./counts.ts";
import type { FleetPlace } from "./request.ts";

/** A server of a fleet's backends, as one edge has it. */
export interface FleetServer {
  edge: string;
  backend: string;
  name: string;
  /** The box's address; empty for one that is free for a box to come. */
  address: string;
  weight: number;
  isDown: boolean;
  /** What its last check said. */
  detail: string;
  counts: ServerCounts;
}

/** The servers of a fleet at all edges behind a door. */
export class EdgeServers {
  readonly #place: FleetPlace;
  readonly #engine: DockerClient;

  constructor(place: FleetPlace, engine: DockerClient) {
    this.#place = place;
    this.#engine = engine;
  }

  /** What all edges say of them. An edge that has just started or is about to end says nothing. */
  async look(): Promise<FleetServer[]> {
    const { door, backends } = this.#place;
    const edges = await edgesBehind(door, this.#engine);
    const told = await Promise.all(
      edges.map(async (edge) => {
        const rows = await new EdgeRuntime(edge, this.#engine).rowsOf(backends).catch(() => []);
        // Hosts have names of their own, and are in reserve.
        return rows
          .map((row) => serverOf(edge, row))
          .filter(({ backend, name }) => name.startsWith(`${backend}-`));
      }),
    );
    return told.flat();
  }

  /** Has the edges give servers other weights, where they have not. @param wanted undefined: as it is. */
  async weigh<T extends FleetServer>(
    servers: readonly T[],
    wanted: (server: T) => number | undefined,
  ): Promise<void> {
    const changes = servers.flatMap((server) => {
      const weight = wanted(server);
      return weight === undefined || weight === server.weight ? [] : [{ ...server, weight }];
    });
    for (const [edge, own] of Map.groupBy(changes, (each) => each.edge)) {
      const weights = new Map(own.map(({ backend, name, weight }) => [`${backend}/${name}`, weight]));
      await new EdgeRuntime(edge, this.#engine).setWeights(weights).catch(async (error: unknown) => {
        // One that has ended since sends nothing any more.
        if ((await edgesBehind(this.#place.door, this.#engine)).includes(edge)) throw error;
      });
    }
  }
}

function serverOf(edge: string, value: ServerRow): FleetServer {
  const status = value("status");
  return {
    edge,
    backend: value("pxname"),
    name: value("svname"),
    address: value("addr"),
    // `weight` is what it comes to, which is 1 for one that is free, whatever it was given.
    weight: Number(value("uweight") || value("weight")),
    isDown: status.startsWith("DOWN"),
    detail: [status, value("check_status"), value("check_code")].filter((part) => part !== "").join(" "),
    counts: countsOf(value),
  };
}
