import { ContentReader } from "../../images/disk/layer/ContentReader.ts";
import { mergeLayers } from "../../images/disk/layer/mergeLayers.ts";
import { readLayer } from "../../images/disk/layer/readLayer.ts";
import {
  describeFile,
  enabledUnits,
  groupNames,
  passwdUsers,
  passwordStates,
  type RootManifest,
} from "./manifest.ts";
import { installedPackages } from "../../images/proof/installed.ts";
import { versionsOf } from "../../images/proof/packages.ts";

/** What the root of a chain of layers holds (uncompressed tars, lowest first). Reads every file: a second for each 300 MB. */
export function layersManifest(layers: readonly string[]): RootManifest {
  const { entries } = mergeLayers(layers.map(readLayer));
  const reader = new ContentReader();
  try {
    const read = (path: string) => {
      const entry = entries.get(path);
      return entry && reader.read(entry);
    };
    const text = (path: string) => read(path)?.toString() ?? "";
    const group = text("etc/group");
    const { users, names } = passwdUsers(text("etc/passwd"), group, passwordStates(text("etc/shadow")));
    const groups = groupNames(group);
    const described = [...entries.values()].map(({ path, ...own }) => {
      // A further name of a file is that file.
      const entry = (own.type === "link" && entries.get(own.target)) || { path, ...own };
      const { mode, uid, gid } = entry;
      const facts = {
        type: entry.type,
        mode,
        owner: names.get(uid) ?? String(uid),
        group: groups.get(gid) ?? String(gid),
        content: entry.type === "file" ? reader.digest(entry) : entry.target,
      };
      return [path, describeFile(facts)] as const;
    });
    return {
      packages: versionsOf(installedPackages(read)),
      files: Object.fromEntries(described),
      users,
      services: enabledUnits(entries.keys()),
    };
  } finally {
    reader.close();
  }
}
