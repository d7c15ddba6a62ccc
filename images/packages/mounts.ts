import { statSync } from "node:fs";
import * as path from "node:path";
import { z } from "zod";
import type { LayerRecipe } from "../../config/schema.ts";
import { readDefinition } from "./nfpm.ts";

const contentsSchema = z.array(
  z.looseObject({ src: z.string().optional(), dst: z.string(), type: z.string().optional() }),
);

/** The folders and files of the project that the packages of some layers put into a box, and where. */
export function packageMounts(
  root: string,
  layers: readonly Pick<LayerRecipe, "packages">[],
): { source: string; target: string }[] {
  const sources = layers.flatMap(({ packages = {} }) =>
    Object.values(packages).flatMap(({ source, build }) =>
      source === undefined ? [] : [[source, build?.output ?? []] as const],
    ),
  );
  return sources.flatMap(([folder, outputs]) =>
    contentsSchema.parse(readDefinition(root, folder)["contents"] ?? []).flatMap(({ src, dst, type }) => {
      if (src === undefined || type === "symlink" || type === "ghost") return [];
      const source = path.posix.join(folder, src);
      const whole = statSync(path.join(root, source), { throwIfNoEntry: false });
      // A pattern is no single file or folder that could be mounted.
      if (!whole) return [];
      // Mounted, it would hide what the build has made in the image.
      if (
        outputs.some(
          (output) => isWithin(path.posix.join(folder, output), source) && !isThere(root, folder, output),
        )
      )
        return [];
      const target = dst.endsWith("/") && whole.isFile() ? dst + path.posix.basename(src) : dst;
      return [{ source, target: target.replace(/\/+$/, "") }];
    }),
  );
}

function isWithin(place: string, folder: string): boolean {
  return `${path.posix.normalize(place)}/`.startsWith(`${path.posix.normalize(folder).replace(/\/+$/, "")}/`);
}

/** Whether what a build makes was made in the project, too. */
function isThere(root: string, folder: string, output: string): boolean {
  return statSync(path.join(root, folder, output), { throwIfNoEntry: false }) !== undefined;
}
