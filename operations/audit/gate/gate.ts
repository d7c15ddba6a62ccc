import { configurationIn } from "../../../config/read/readFiles.ts";
import type { Configuration, Environment } from "../../../config/schema.ts";
import type { ReleaseContent } from "../../../images/release/release.ts";
import { selectedRelease } from "../../../images/release/select.ts";
import { environmentPlan } from "../../../plan/environment/plan.ts";
import { placeLayers } from "../../../plan/chain.ts";
import { audit } from "../look.ts";
import { runningImages } from "../running.ts";
import { builtContent } from "./built.ts";
import { HolesRefused, judgeHoles, type Judgement } from "./judge.ts";

/** What stands before an update or a promotion. */
export interface HoleGateRequest {
  root: string;
  stack: string;
  now: Date;
  /** The release that is to run; default: what the stack's file names, else what is built. */
  release?: ReleaseContent;
  /** What runs now. */
  running: () => Promise<ReleaseContent | undefined>;
  /** Going back to what ran before is never refused, only told. */
  goesBack?: boolean | undefined;
  say: (line: string) => void;
}

/** What an environment makes of holes: those that take releases refuse, others warn. */
export function gateOf({ holes, ...environment }: Environment): "refuse" | "warn" | "off" {
  return holes.gate ?? (takes(environment) ? "refuse" : "warn");
}

/** Whether an environment takes releases; else it builds. */
export function takes({ release, promoteFrom }: Pick<Environment, "release" | "promoteFrom">): boolean {
  return release !== undefined || promoteFrom !== undefined;
}

/**
 * Looks for holes in the images that are to run, before anything is changed, where the environment refuses them, or takes a release.
 * @throws HolesRefused with all of them at once. What runs already is not refused: that would not take it away.
 */
export async function refuseHoles(request: HoleGateRequest): Promise<void> {
  const { root, stack, say } = request;
  const configuration = configurationIn(root, stack);
  if (!configuration) return;
  // One that is promoted to takes releases from now on, at the latest.
  const { environment } = configuration;
  const gate = gateOf(request.release ? { ...environment, promoteFrom: "promoted" } : environment);
  if (gate === "off") return;
  if (Object.keys(configuration.advisories).length === 0) {
    if (gate === "refuse")
      say(`${stack}: no database of advisories is configured, so holes are not looked for (docs/holes.md)`);
    return;
  }
  const release = await contentOf(request, configuration, gate);
  if (!release) return;
  await judged(request, configuration, release, gate);
}

/** Images that are built for boxes are told of after the update, unless they are to be refused. */
async function contentOf(
  { root, release }: HoleGateRequest,
  configuration: Configuration,
  gate: "refuse" | "warn",
): Promise<ReleaseContent | undefined> {
  const taken = release ?? selectedRelease(root, configuration.environment);
  if (taken) return taken;
  return gate === "refuse" ? builtContent(configuration, root) : undefined;
}

async function judged(
  { root, stack, now, running, goesBack, say }: HoleGateRequest,
  configuration: Configuration,
  release: ReleaseContent,
  gate: "refuse" | "warn",
): Promise<void> {
  const wanted = wantedPlaces(configuration);
  const asked = { root, stack, configuration, release, wanted, mayFetch: false, now };
  const judgement = judgeHoles(await audit(asked), now);
  judgement.notes.forEach(say);
  const lines = [...judgement.refused, ...judgement.unknown];
  if (lines.length === 0) {
    tell(judgement, say);
    return;
  }
  const wantedDigests = runningImages(release, wanted).map(({ digest }) => digest);
  const refuses = gate === "refuse" && !goesBack && !(await runAlready(wantedDigests, running));
  if (refuses) throw new HolesRefused(stack, lines);
  tell(judgement, say);
}

/** Says what was found, and changes nothing by it. */
export function tell({ refused, young, unknown }: Judgement, say: (line: string) => void): void {
  [...refused, ...unknown.map((line) => `could not tell: ${line}`)].forEach(say);
  if (young > 0)
    say(`${young} ${young === 1 ? "package has" : "packages have"} holes to mend: npm run audit -- --all`);
}

async function runAlready(digests: readonly string[], running: HoleGateRequest["running"]): Promise<boolean> {
  const content = await running();
  const present = new Set(content ? runningImages(content).map(({ digest }) => digest) : []);
  return digests.every((digest) => present.has(digest));
}

/** The places of all images that run in an environment. */
function wantedPlaces(configuration: Configuration): Set<string> {
  const { images } = environmentPlan(configuration);
  return new Set([...placeLayers(images.chains).map(({ id }) => id), ...images.machines]);
}
