import { z } from "zod";
import type { Engine } from "../../engine/engine.ts";
import type { WantedBox } from "./box.ts";
import type { StateResource } from "./resource.ts";

/** What is wanted on one engine. */
export interface EngineBoxes {
  /** Undefined: this machine's. */
  engine: Engine | undefined;
  boxes: WantedBox[];
}

const providerType = "pulumi:providers:docker";

/** Boxes by the engine that they run on, as the state's providers reach it. */
export function boxesByEngine(
  resources: readonly StateResource[],
  boxes: readonly WantedBox[],
): EngineBoxes[] {
  return [...byEngine(resources, boxes)].map(([engine, own]) => ({ engine, boxes: own }));
}

/** What providers make, by the engine that each reaches; undefined: this machine's. */
export function byEngine<T extends { provider: string }>(
  resources: readonly StateResource[],
  made: readonly T[],
): Map<Engine | undefined, T[]> {
  const engines = new Map(
    resources
      .filter(({ type }) => type === providerType)
      .map((provider) => [`${provider.urn}::${provider.id}`, engineOf(provider)]),
  );
  return Map.groupBy(made, ({ provider }) => engines.get(provider));
}

/** The engines of other machines that the providers of a state reach, each once. */
export function enginesIn(resources: readonly StateResource[]): Engine[] {
  const engines = resources
    .filter(({ type }) => type === providerType)
    .flatMap((each) => engineOf(each) ?? []);
  return [...new Map(engines.map((engine) => [engine.url, engine])).values()];
}

/** The engine of a provider; undefined for the default one, which is this machine's. */
function engineOf({ name, inputs }: StateResource): Engine | undefined {
  const { host, sshOpts } = inputs;
  if (typeof host !== "string" || !host.startsWith("ssh://")) return undefined;
  // A provider's lists are texts of JSON in the state.
  const sshOptions = z.array(z.string()).parse(typeof sshOpts === "string" ? JSON.parse(sshOpts) : sshOpts);
  return { name: name.split(" ")[0] ?? name, url: host, sshOptions };
}
