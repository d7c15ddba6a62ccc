import type { Environment } from "../../config/schema.ts";
import { engineOf } from "../../engine/engine.ts";
import type { HeldData } from "./heldData.ts";
import type { Loss } from "./loss.ts";
import { engineProvider } from "./volumeNames.ts";

/**
 * Whether the engine that has a volume is none of those that are to use it.
 * @param engine its name; undefined: this machine's.
 * @param wayTo how data gets to an engine; without one, to any that is configured.
 */
export function onOtherEngine(
  owner: string,
  engine: string | undefined,
  { provider }: Pick<HeldData, "provider">,
  engines: Environment["engines"],
  wayTo: (engine?: string) => string,
): Loss | undefined {
  const all = Object.keys(engines).join(", ");
  if (engine === undefined) {
    const path = "environment.engines";
    return all === "" ? undefined : { path, owner, expected: "none", got: all, fix: wayTo() };
  }
  const settings = engines[engine];
  const path = `environment.engines.${engine}`;
  if (!settings) {
    const got = all === "" ? "this machine's engine" : all;
    return { path, owner, expected: "it", got, fix: wayTo() };
  }
  const { url } = engineOf(engine, settings);
  if (provider === engineProvider({ name: engine, url })) return undefined;
  return { path, owner, expected: provider.replace(`${engine} `, ""), got: url, fix: wayTo(engine) };
}
