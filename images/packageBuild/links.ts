import { existsSync, realpathSync } from "node:fs";
import * as path from "node:path";
import { z } from "zod";

const contentsSchema = z.looseObject({
  contents: z.array(z.looseObject({ src: z.string().optional(), type: z.string().optional() })).default([]),
});

/**
 * What a build has made may link to anything. As contents links stay links, and lead where they do in the box; on the way to contents the
 * packager would follow them, on this machine.
 * @param file the definition's path, for people.
 * @throws Error where one on such a way leads out of the package.
 */
export function refuseLinks(definition: unknown, file: string, staged: string): void {
  const inside = realpathSync(staged);
  for (const { src, type } of contentsSchema.parse(definition).contents) {
    if (src === undefined || type === "symlink" || type === "ghost") continue;
    // A pattern begins where nothing is fixed any more.
    const fixed = src.replace(/[^/]*[*?[{].*$/, "");
    const place = path.join(inside, fixed.replace(/\/+$/, ""));
    const way = place === inside || type === "tree" || fixed !== src ? place : path.dirname(place);
    const real = existsSync(way) ? realpathSync(way) : way;
    if (real === inside || real.startsWith(`${inside}/`)) continue;
    const expected = "expected contents from within the package";
    throw new Error(
      `${file}: ${expected}, got ${src}, behind a link that leads out of it; name the files themselves`,
    );
  }
}
