import { configurationIn } from "../../../config/read/readFiles.ts";
import type { ReleaseContent } from "../../../images/release/release.ts";
import { messageOf } from "../../../work/message.ts";
import { gateOf, takes } from "./gate.ts";

/**
 * Says which holes the images have that an update has just built, where the environment warns of them and has databases. The update
 * stands, whatever is found.
 */
export async function warnOfHoles(
  root: string,
  stack: string,
  release: ReleaseContent,
  now: Date,
  say: (line: string) => void,
): Promise<void> {
  const configuration = configurationIn(root, stack);
  if (!configuration || Object.keys(configuration.advisories).length === 0) return;
  const { environment } = configuration;
  // Those of a release were looked at before.
  if (gateOf(environment) !== "warn" || takes(environment)) return;
  try {
    const { tellHoles } = await import("./looked.ts");
    await tellHoles({ root, stack, configuration, release, mayFetch: false, now }, say);
  } catch (error) {
    say(`holes: could not tell: ${messageOf(error)}`);
  }
}
