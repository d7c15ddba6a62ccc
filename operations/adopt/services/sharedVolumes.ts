import { absolutePath } from "../../../config/forms.ts";
import { volatilePath } from "../../../plan/volatile.ts";
import type { ForeignMount, ForeignService } from "./ForeignService.ts";
import { isGivenFile } from "./givenFiles.ts";
import type { Judged } from "./Judged.ts";
import { nameBeside } from "./plainName.ts";
import type { ProposedVolumes } from "./ServicesProposal.ts";
import type { SayLine } from "./told.ts";

/** The volumes of applications, as the proposal has them. */
export interface SharedVolumes {
  /** What they are called, by their names in the file. */
  names: ReadonlyMap<string, string>;
  /** Those in the file that accessories have. */
  kept: ReadonlySet<string>;
  /** Those of the proposal that an application before has. */
  told: Set<string>;
}

/** The named volumes of a file by those who have them. */
export function sharedVolumes(all: readonly Judged[]): SharedVolumes {
  const names = new Map<string, string>();
  for (const { kind, service } of all) {
    if (kind !== "served" && kind !== "worker") continue;
    for (const { source } of service.mounts.filter(isNamed))
      if (!names.has(source)) names.set(source, nameBeside(source, new Set(names.values())));
  }
  const data = all.flatMap((each) =>
    each.kind === "accessory" ? each.service.mounts.filter(({ target }) => target === each.volume) : [],
  );
  return { names, kept: new Set(data.filter(isNamed).map(({ source }) => source)), told: new Set() };
}

/** The named volumes of an application; says what of its files stays behind, and what is no volume. */
export function volumesOf(
  service: ForeignService,
  { names, kept, told }: SharedVolumes,
  say: SayLine,
): ProposedVolumes | undefined {
  const { mounts, volatile } = service;
  const found: ProposedVolumes = {};
  const places = new Set(volatile.map((each) => volatilePath(each).path.replace(/(?<=.)\/+$/, "")));
  for (const mount of mounts.filter((each) => !isGivenFile(service, each))) {
    const { source, target, readOnly, path } = mount;
    const name = names.get(source) ?? "";
    const why = whyNone(mount, kept) ?? whyNotHere(mount, name in found, places);
    if (why !== undefined) {
      say("left", path, why);
      continue;
    }
    found[name] = readOnly ? { path: target, readOnly } : target;
    places.add(target);
    if (!told.has(name))
      say("todo", path, `its files stay where they are; copy them into the volume ${name} once it is there`);
    told.add(name);
  }
  return Object.keys(found).length > 0 ? found : undefined;
}

function isNamed({ kind }: ForeignMount): boolean {
  return kind === "volume";
}

/** Why a mount can be no volume of boxes; undefined where it can. */
function whyNone(
  { kind, source, target, readOnly }: ForeignMount,
  kept: SharedVolumes["kept"],
): string | undefined {
  if (kind === "bind" && readOnly)
    return `no files of the machine are put into boxes; bring ${source} in the image: by \`files\` where it is not yours (docs/existing-images.md), else by COPY`;
  if (kind === "bind")
    return `no files of the machine are put into boxes; bring ${source} in the image (COPY), or keep it in a named volume where it is data`;
  if (kind === "anonymous")
    return `boxes of an application keep nothing without a name; ${target} is as the image has it, or \`volatile\` where it may be empty at each start`;
  if (!kept.has(source)) return undefined;
  return `${source} has the data of an accessory, which has it alone; ask the accessory`;
}

/** Why it can be none at this place, beside what is in the box. */
function whyNotHere(
  { source, target }: ForeignMount,
  isThere: boolean,
  places: ReadonlySet<string>,
): string | undefined {
  if (target === "/" || !absolutePath.safeParse(target).success)
    return `${target} is no place for a volume; name one without spaces and colons`;
  if (isThere) return `${source} is in the box already; one place is enough`;
  return places.has(target) ? `${target} is in memory, or has another volume, already` : undefined;
}
