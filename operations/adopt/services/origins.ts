import { isPinned } from "../../../config/existingImage.ts";
import type { ForeignService } from "./ForeignService.ts";
import { originOf } from "./judge.ts";
import type { Judged } from "./Judged.ts";
import type { SayLine } from "./told.ts";

/** What a part runs: an image, or that of another part. */
export type Origin = { image: string } | { of: string };

/** What each part runs, by its service's name; says which images have to be made, and pinned. */
export function originsOf(
  all: readonly Judged[],
  names: ReadonlyMap<string, string>,
  say: SayLine,
): ReadonlyMap<string, Origin> {
  const owners = new Map<string, string>();
  const found = new Map<string, Origin>();
  for (const { kind, service } of all) {
    const name = names.get(service.name);
    if (name === undefined) continue;
    const key = `${kind === "accessory" ? `${name} ` : ""}${originOf(service)}`;
    const owner = owners.get(key);
    if (owner !== undefined) found.set(service.name, { of: owner });
    else {
      owners.set(key, name);
      found.set(service.name, { image: imageOf(name, service, say) });
    }
  }
  return found;
}

function imageOf(name: string, { path, image, build }: ForeignService, say: SayLine): string {
  const tagged = withTag(image ?? `registry.example/${name}`);
  if (build !== undefined || image === undefined) {
    const text = `no images are built from a Dockerfile here; docker build --tag ${tagged} ${build ?? "."}, docker push ${tagged}${image === undefined ? " (with your registry's name)" : ""}, or make it a layer (docs/images.md)`;
    say("left", `${path}.build`, text);
  }
  if (!isPinned(tagged)) say("todo", `${path}.image`, `npm run pin -- ${name} ${tagged}`);
  return tagged;
}

/** What a name without a tag means. */
function withTag(image: string): string {
  const last = image.split("/").at(-1) ?? "";
  return /[:@]/.test(last) ? image : `${image}:latest`;
}
