import pLimit from "p-limit";
import { projectRoot } from "../../../config/root.ts";
import type { Contents } from "../../../images/proof/contents.ts";
import { signedContents } from "../../../images/proof/verify.ts";
import { readInstances, type InstanceFacts } from "../../cloud/instances.ts";
import { runOnBox } from "../../cloud/systemsManager.ts";
import { wantedGroups, type WantedGroup } from "../../state/instance.ts";
import type { StateResource } from "../../state/resource.ts";
import type { Configured } from "../finding/configured.ts";
import type { DriftFinding } from "../finding/finding.ts";
import { boxFindings, boxGroup } from "./boxFindings.ts";
import { below, checkLine, instanceLeftOut, readAnswer } from "./check.ts";
import { contentLines, differingGroups } from "./contentFindings.ts";
import { imageGroups } from "./groups.ts";
import { messageOf } from "../../../work/message.ts";

/** Boxes that are looked into at a time. */
const boxesAtATime = 8;

/** What a look at instances needs to know beside the state. */
export interface InstanceLook extends Configured {
  /** `project/stack`. */
  stack: string;
}

/** Looks at the instances of a stack: by AWS, and inside of each by Systems Manager; what cannot be told is added to `unknown`. */
export async function instanceDrift(
  resources: readonly StateResource[],
  { stack, maximumDays, volatile }: InstanceLook,
  unknown: string[],
): Promise<DriftFinding[]> {
  const groups = wantedGroups(resources);
  const regions = [...new Set(groups.map(({ region }) => region))];
  const instances = (await Promise.all(regions.map((region) => readInstances(region, stack)))).flat();
  const limit = pLimit(boxesAtATime);
  const inside = instances.map((box) =>
    limit(async () => {
      const group = boxGroup(groups, box);
      if (!group || box.state !== "running") return [];
      process.stderr.write(`${group.fleet}: looks into ${box.id}\n`);
      return lookInto(box, group, volatile(group.fleet), unknown);
    }),
  );
  return [...boxFindings(groups, instances, maximumDays, new Date()), ...(await Promise.all(inside)).flat()];
}

async function lookInto(
  { id }: InstanceFacts,
  { urn, region, fleet, diskDigest }: WantedGroup,
  volatile: readonly string[],
  unknown: string[],
): Promise<DriftFinding[]> {
  try {
    const contents = signedContents(projectRoot, { name: fleet, digest: diskDigest });
    const run = (line: string) => runOnBox(region, id, line, "immutable-fleets drift");
    const lines = await insideLines(contents, volatile, run);
    return lines.map((what) => ({ kind: "content", subject: id, what, repairUrn: urn }));
  } catch (error) {
    unknown.push(`${id}: expected a look inside, got: ${messageOf(error)}`);
    return [];
  }
}

/** What differs inside a box from the contents of its image; `run` has the box run a line of shell and gives what it prints. */
export async function insideLines(
  { files }: Pick<Contents, "files">,
  volatile: readonly string[],
  run: (line: string) => Promise<string>,
): Promise<string[]> {
  const first = readAnswer(await run(checkLine([], volatile)));
  const leftOut = [...instanceLeftOut, ...volatile.map((path) => new RegExp(below(path)))];
  const isMounted = (path: string) =>
    first.mounts.some((mount) => path === mount || path.startsWith(`${mount}/`));
  const groups = imageGroups(files, (path) => leftOut.some((each) => each.test(path)) || isMounted(path));
  const differing = differingGroups(groups, first);
  const further = [];
  for (const portion of differing.portions) further.push(readAnswer(await run(checkLine(portion, volatile))));
  const paths = new Set(files.map(({ path }) => path.slice(1)));
  return contentLines({ groups, paths }, first, further, differing);
}
