import type { ContainerFacts } from "../../engine/containers.ts";
import type { DealtServer } from "./Dealing.ts";

/** So many looks in a row a check must fail before it counts: one that is late is nothing. */
const looksInARow = 3;

/** What new boxes suffer from while they have requests, apart from what they answer. */
export class Illness {
  readonly #restarts = new Map<string, number>();
  readonly #down = new Map<string, number>();
  readonly #ids: readonly string[];

  /** @param ids container ids of the new boxes. */
  constructor(ids: readonly string[]) {
    this.#ids = ids;
  }

  /** Why they cannot go on serving, as one look shows it. */
  see(fresh: readonly ContainerFacts[], servers: readonly DealtServer[]): string[] {
    const missing = this.#ids.filter((id) => !fresh.some(({ Id }) => Id === id));
    return [
      ...missing.map((id) => `box ${id.slice(0, 12)}: it is gone`),
      ...fresh.flatMap((box) => this.#ended(box)),
      ...this.#unhealthy(servers),
    ];
  }

  #ended({ Id, Name, RestartCount, State }: ContainerFacts): string[] {
    const first = this.#restarts.get(Id) ?? RestartCount;
    this.#restarts.set(Id, first);
    const name = Name.replace(/^\//, "");
    if (!State.Running) return [`box ${name}: it has ended with exit code ${State.ExitCode}`];
    return RestartCount > first ? [`box ${name}: it has ended, and was started again`] : [];
  }

  /** Where old ones fail too, it is not the new image. */
  #unhealthy(servers: readonly DealtServer[]): string[] {
    return servers.flatMap(({ edge, backend, name, side, isDown, detail }) => {
      if (side !== "fresh") return [];
      const others = servers.filter(
        (each) => each.edge === edge && each.backend === backend && each.side === "old",
      );
      const key = `${edge} ${backend}/${name}`;
      const isAlone = isDown && others.some((each) => !each.isDown);
      const looks = isAlone ? (this.#down.get(key) ?? 0) + 1 : 0;
      this.#down.set(key, looks);
      return looks >= looksInARow ? [`${backend}: a new box fails its checks: ${detail}`] : [];
    });
  }
}
