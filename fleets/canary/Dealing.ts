import type { DockerClient } from "../../engine/DockerClient.ts";
import { addressesOf, type FleetBoxes } from "./boxes.ts";
import { EdgeServers, type FleetServer } from "./EdgeServers.ts";
import type { FleetPlace } from "./request.ts";
import { weightsAt } from "./shares.ts";

/** What a server weighs in the edge's configuration. */
const usualWeight = 1;

/** Whose server it is; `free`: of no box yet; `other`: of one that is none of the fleet's any more. */
export type Side = "old" | "fresh" | "leftOver" | "free" | "other";

/** A server, and whose it is. */
export interface DealtServer extends FleetServer {
  side: Side;
}

/** Deals a fleet's requests to old and new boxes, at all edges. */
export class Dealing {
  readonly #servers: EdgeServers;
  readonly #network: string;

  constructor(place: FleetPlace, engine: DockerClient) {
    this.#servers = new EdgeServers(place, engine);
    this.#network = place.network;
  }

  /** The servers of all edges, and whose they are. */
  async look(boxes: FleetBoxes): Promise<DealtServer[]> {
    const addresses = (["old", "fresh", "leftOver"] as const).map(
      (side) => [side, addressesOf(boxes[side], this.#network)] as const,
    );
    const sideOf = ({ address }: FleetServer): Side => {
      if (address === "") return "free";
      const ip = address.replace(/:\d+$/, "");
      return addresses.find(([, own]) => own.includes(ip))?.[0] ?? "other";
    };
    return (await this.#servers.look()).map((server) => ({ ...server, side: sideOf(server) }));
  }

  /**
   * Has new boxes get `percent` of the requests, and the old ones the rest. A box that comes meanwhile gets none: its server is free
   * before it is known whose it is. Done again at every look, for an edge that was started again has forgotten it.
   */
  async deal(percent: number, boxes: FleetBoxes): Promise<DealtServer[]> {
    const servers = await this.look(boxes);
    const weights = new Map<FleetServer, number>();
    for (const own of Map.groupBy(servers, ({ edge, backend }) => `${edge} ${backend}`).values()) {
      const [old, fresh] = (["old", "fresh"] as const).map((side) =>
        own.filter((each) => each.side === side),
      );
      const { old: forOld, fresh: forFresh } = weightsAt(percent, old?.length ?? 0, fresh?.length ?? 0);
      old?.forEach((server, index) => weights.set(server, forOld[index] ?? 0));
      fresh?.forEach((server, index) => weights.set(server, forFresh[index] ?? 0));
    }
    const wanted = (server: DealtServer) => weights.get(server) ?? (server.side === "other" ? undefined : 0);
    await this.#servers.weigh(servers, wanted);
    return servers;
  }

  /** Keeps requests from boxes that are yet to come; those that are there share them as they did. */
  async hold(): Promise<void> {
    await this.#servers.weigh(await this.#servers.look(), ({ address }) => (address === "" ? 0 : undefined));
  }

  /** All servers as the edge's configuration has them: whoever comes is sent requests. */
  async release(): Promise<void> {
    await this.#servers.weigh(await this.#servers.look(), () => usualWeight);
  }
}
