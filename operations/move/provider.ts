import { createRequire } from "node:module";
import type { Engine } from "../../engine/engine.ts";
import { engineProvider } from "../../plan/data/volumeNames.ts";

/** A provider of Docker as a state has it: its logical name and inputs. Lists are texts of JSON there. */
export interface StateProvider {
  name: string;
  inputs: Record<string, string>;
}

const { version } = createRequire(import.meta.url)("@pulumi/docker/package.json") as { version: string };

/** The provider by which the next update makes what runs on an engine; undefined: this machine's, Pulumi's default one. */
export function movedProvider(engine: Engine | undefined): StateProvider {
  if (!engine) return { name: `default_${version.replaceAll(/[.+-]/g, "_")}`, inputs: { version } };
  const { url, sshOptions } = engine;
  return {
    name: engineProvider(engine),
    inputs: { host: url, sshOpts: JSON.stringify(sshOptions), version },
  };
}
