import type { Configuration } from "../../../config/schema.ts";
import type { ReleaseContent } from "../../../images/release/release.ts";
import { selectedRelease } from "../../../images/release/select.ts";
import { environmentPlan } from "../../../plan/environment/plan.ts";
import { placeLayers } from "../../../plan/chain.ts";
import { audit } from "../look.ts";
import { runningImages } from "../running.ts";
import { builtContent } from "./built.ts";
import type { HoleGateRequest } from "./HoleGateRequest.ts";
import { HolesRefused, judgeHoles, type Judgement } from "./judge.ts";

/** Looks for holes in what is to run. @throws HolesRefused where the environment refuses them. */
export async function lookForHoles(
  request: HoleGateRequest,
  configuration: Configuration,
  gate: "refuse" | "warn",
): Promise<void> {
  const release = await contentOf(request, configuration, gate);
  if (release) await judgeRelease(request, configuration, release, gate);
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

async function judgeRelease(
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

/** Says which holes there are, and refuses none. */
export async function tellHoles(
  asked: Parameters<typeof audit>[0],
  say: (line: string) => void,
): Promise<void> {
  const judgement = judgeHoles(await audit(asked), asked.now);
  judgement.notes.forEach(say);
  tell(judgement, say);
}

/** Says what was found, and changes nothing by it. */
function tell({ refused, young, unknown }: Judgement, say: (line: string) => void): void {
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
