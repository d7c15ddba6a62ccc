import { readdirSync, readFileSync, statSync } from "node:fs";
import * as path from "node:path";
import { gunzipSync, zstdDecompressSync } from "node:zlib";
import type { AdvisoryDatabase } from "../../../config/advisories.ts";
import type { Advisories } from "./Advisory.ts";
import { addOsvRecord } from "./osv.ts";
import { trackerAdvisories } from "./tracker.ts";
import { updateinfoAdvisories } from "./updateinfo.ts";
import { eachZipped, isZip } from "./zip.ts";

/**
 * Reads a database of advisories, a file or a folder, whatever it is packed by.
 * @throws Error where it is another document than its format says.
 */
export function parseDatabase(
  place: string,
  { format, distribution = "" }: Pick<AdvisoryDatabase, "format" | "distribution">,
): Advisories {
  if (format === "osv") return osvAdvisories(place);
  const text = unpacked(readFileSync(place)).toString("utf8");
  return format === "debian" ? trackerAdvisories(JSON.parse(text)) : updateinfoAdvisories(text, distribution);
}

/** One record a file: in a zip, or in a folder. */
function osvAdvisories(place: string): Advisories {
  const found: Advisories = {};
  let records = 0;
  const read = (name: string, content: Uint8Array) => {
    if (!name.endsWith(".json")) return;
    records += 1;
    addOsvRecord(found, JSON.parse(Buffer.from(content).toString("utf8")));
  };
  if (statSync(place).isDirectory()) {
    for (const entry of readdirSync(place, { recursive: true, encoding: "utf8" }).sort())
      if (entry.endsWith(".json")) read(entry, readFileSync(path.join(place, entry)));
  } else {
    const content = readFileSync(place);
    if (!isZip(content)) throw new Error("no zip, and no folder");
    eachZipped(content, read);
  }
  if (records === 0) throw new Error("not one record (*.json)");
  return found;
}

/** What gzip or zstd packed; else as it is. */
function unpacked(content: Buffer): Buffer {
  if (content.subarray(0, 2).equals(Buffer.from([0x1f, 0x8b]))) return gunzipSync(content);
  if (content.subarray(0, 4).equals(Buffer.from([0x28, 0xb5, 0x2f, 0xfd])))
    return zstdDecompressSync(content);
  return content;
}
