import * as path from "node:path/posix";
import { absolutePath } from "../../../config/forms.ts";
import type { ForeignMount, ForeignService } from "./ForeignService.ts";
import type { SayLine } from "./told.ts";

/** Names of files that programs read their settings from, and do not write. */
const settings =
  /\.(conf|cfg|cnf|ini|ya?ml|json|toml|xml|properties|sql|template|list|rules|lua|js|sh|htpasswd)$/;

/**
 * Whether a mount is something beside the other tool's file that its service only reads, and an existing image can be given: it says so, or
 * is a file of settings by its name.
 */
export function isGivenFile({ image, build }: ForeignService, mount: ForeignMount): boolean {
  const { kind, source, target, readOnly } = mount;
  if (kind !== "bind" || image === undefined || build !== undefined) return false;
  const isBeside = /^\.\/[\w./@+-]+$/.test(source) && !path.normalize(source).startsWith("..");
  if (!isBeside || target === "/" || !absolutePath.safeParse(target).success) return false;
  return projectPath(source) !== "." && (readOnly || settings.test(source));
}

/**
 * The files that the image of a service is given; says where they are to be put.
 * @param owner the service whose image it runs, where that is another one: its files are in all boxes of the image.
 */
export function givenFiles(
  service: ForeignService,
  owner: ForeignService | undefined,
  say: SayLine,
): Record<string, string> | undefined {
  const files: Record<string, string> = {};
  for (const mount of service.mounts.filter((each) => isGivenFile(service, each))) {
    const { source, target } = mount;
    if (owner === undefined) {
      files[target] = projectPath(source);
      say(
        "todo",
        mount.path,
        `copy ${source} into this project, as ${projectPath(source)}: it is part of the image`,
      );
    } else if (!owner.mounts.some((each) => each.source === source && each.target === target))
      say(
        "left",
        mount.path,
        `boxes of one image have the same files, which stand with ${owner.name}; add ${target} there`,
      );
  }
  return Object.keys(files).length > 0 ? files : undefined;
}

function projectPath(source: string): string {
  return path.normalize(source).replace(/\/+$/, "");
}
