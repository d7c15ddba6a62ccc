import * as path from "node:path";
import { createWhole } from "../../work/wholeFile.ts";
import { appendTo, type Addition } from "../ledger/append.ts";
import { releasesFolder } from "../ledger/folder.ts";
import { ledgerOf } from "../ledger/Ledger.ts";

/**
 * Adds entries of their own to where a project keeps its releases: to the ledger, else to the clone's folder.
 * @param add says what, as the folder is then; asked again where somebody was faster.
 * @throws Error where the ledger takes none, or the folder has been given another.
 */
export async function addToReleases<T>(root: string, add: () => Promise<Addition<T>>): Promise<T> {
  const ledger = ledgerOf(root);
  if (ledger) return appendTo(ledger, add);
  const { files, result } = await add();
  for (const [file, text] of Object.entries(files))
    if (!createWhole(path.join(root, releasesFolder, file), text))
      throw new Error(`${releasesFolder}/${file}: expected a new file, got one that is there; run it again`);
  return result;
}
