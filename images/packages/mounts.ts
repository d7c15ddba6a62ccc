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
    Object.values(packages).flatMap(({ source }) => (source === undefined ? [] : [source])),
  );
  return sources.flatMap((folder) =>
    contentsSchema.parse(readDefinition(root, folder)["contents"] ?? []).flatMap(({ src, dst, type }) => {
      if (src === undefined || type === "symlink" || type === "ghost") return [];
      const source = path.posix.join(folder, src);
      const whole = statSync(path.join(root, source), { throwIfNoEntry: false });
      // A pattern is no single file or folder that could be mounted.
      if (!whole) return [];
      const target = dst.endsWith("/") && whole.isFile() ? dst + path.posix.basename(src) : dst;
      return [{ source, target: target.replace(/\/+$/, "") }];
    }),
  );
}
