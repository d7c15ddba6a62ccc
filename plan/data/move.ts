import type { Problem } from "../../config/problem.ts";
import { engineOf, type Engine } from "../../engine/engine.ts";
import { sha256 } from "../digest.ts";
import type { HeldData } from "./heldData.ts";
import type { DataConfiguration } from "./loss.ts";
import { accessoryOf, accessoryVolume, enginePrefix, engineProvider, here } from "./volumeNames.ts";

/** What is asked for: an accessory's name, where to, and where from, which is needed where its data is in several places. */
export interface MoveRequest {
  accessory: string;
  to: string;
  from?: string | undefined;
}

/** One accessory's data on its way to another engine. */
export interface Move {
  accessory: string;
  data: HeldData;
  /** The place that has it. */
  from: string;
  /** The engine that is to have it; undefined: this machine's. */
  to: Engine | undefined;
  /** Logical name of the volume there. */
  name: string;
  /** What the engine there is to call the volume: the same each time, so that a move that was killed is found again. */
  volume: string;
}

/** A move; or the data that is there already; or why it cannot be. */
export type PlannedMove = { move: Move } | { there: HeldData; to: Engine | undefined } | { problem: Problem };

/** How an accessory's data gets from where a state has it to where a configuration wants it. Nothing is looked at but these. */
export function planMove(
  held: readonly HeldData[],
  configuration: DataConfiguration,
  request: MoveRequest,
): PlannedMove {
  const { accessories, environment } = configuration;
  const problem = refused(configuration, request);
  if (problem) return { problem };
  const { accessory } = request;
  const names = [accessory, accessories[accessory]?.renamedFrom];
  const own = held.filter(
    ({ kind, name }) => kind === "accessory" && names.includes(accessoryOf(name).accessory),
  );
  const settings = environment.engines[request.to];
  const to = settings && engineOf(request.to, settings);
  const there = own.find((each) => isAt(each, to));
  const sources = own.filter((each) => !isWanted(each, environment.engines));
  const [data, ...others] = sources.filter((each) => [undefined, placeOf(each)].includes(request.from));
  if (there) return data ? { problem: occupied(request, there) } : { there, to };
  if (!data || others.length > 0) return { problem: notOne(sources, request) };
  const name = accessoryVolume(`${enginePrefix(to?.name)}${accessory}`);
  const volume = `${name}-${sha256([data.urn, data.volume, to?.url ?? ""].join("\n")).slice(0, 7)}`;
  return { move: { accessory, data, from: placeOf(data), to, name, volume } };
}

/** The place of data: an engine's name, or `here`. */
export function placeOf({ name }: HeldData): string {
  return accessoryOf(name).engine ?? here;
}

/** What of the request is not what the configuration says. */
function refused({ environment }: DataConfiguration, { accessory, to }: MoveRequest): Problem | undefined {
  const known = Object.keys(environment.accessories);
  const places = placesOf(environment.engines);
  const path = `environment.accessories.${accessory}`;
  const address = environment.accessories[accessory]?.address;
  if (!known.includes(accessory))
    return {
      path: "ACCESSORY",
      expected: `one of ${known.join(", ") || "none"}`,
      got: accessory,
      fix: "name one",
    };
  if (address !== undefined)
    return {
      ...{ path: `${path}.address`, expected: "none", got: address },
      fix: "fill what runs there by its own tools (docs/fleets.md, Data that stays)",
    };
  if (places.includes(to)) return undefined;
  return {
    ...{ path: "--to", expected: places.join(" or "), got: to },
    fix: `say environment.engines as it is to be first; ${here} is this machine's engine, where there is none`,
  };
}

/** The places where a configuration runs accessories. */
function placesOf(engines: DataConfiguration["environment"]["engines"]): string[] {
  const names = Object.keys(engines);
  return names.length > 0 ? names : [here];
}

function isAt({ name, provider }: HeldData, engine: Engine | undefined): boolean {
  if (accessoryOf(name).engine !== engine?.name) return false;
  return engine === undefined || provider === engineProvider(engine);
}

/** Whether data is at a place where the configuration runs its accessory. */
function isWanted(data: HeldData, engines: DataConfiguration["environment"]["engines"]): boolean {
  const { engine } = accessoryOf(data.name);
  if (engine === undefined) return Object.keys(engines).length === 0;
  const settings = engines[engine];
  return settings !== undefined && isAt(data, engineOf(engine, settings));
}

/** Nothing is put on top of other data. */
function occupied({ accessory, to }: MoveRequest, { volume }: HeldData): Problem {
  return {
    ...{ path: "--to", expected: `a place without data of ${accessory}`, got: `${to}, which has ${volume}` },
    fix: "put the configuration back, or bring the two together by the database's own tools (docs/fleets.md, Data that stays)",
  };
}

function notOne(sources: readonly HeldData[], { accessory, from }: MoveRequest): Problem {
  const places = sources.map(placeOf);
  if (places.length === 0)
    return {
      ...{ path: "ACCESSORY", expected: "one with data elsewhere", got: `${accessory}, which has none` },
      fix: "npm run up makes it",
    };
  return { path: "--from", expected: places.join(" or "), got: from ?? "nothing", fix: "name one" };
}
