import { XMLParser } from "fast-xml-parser";
import { z } from "zod";
import { add, type Advisories, type Advisory } from "./Advisory.ts";
import { severityOfWord } from "./severity.ts";

const packageSchema = z.object({
  name: z.string(),
  epoch: z.string().default("0"),
  version: z.string(),
  release: z.string(),
  arch: z.string(),
});
const dateSchema = z.object({ date: z.string() });
const updateSchema = z.object({
  type: z.string().optional(),
  id: z.string(),
  severity: z.string().optional(),
  issued: dateSchema.optional(),
  references: z
    .object({ reference: z.array(z.looseObject({ id: z.string().optional() })).default([]) })
    .or(z.literal(""))
    .optional(),
  pkglist: z
    .object({
      collection: z.array(z.object({ package: z.array(packageSchema).default([]) }).or(z.literal(""))),
    })
    .or(z.literal(""))
    .optional(),
});
const documentSchema = z.object({
  updates: z.object({ update: z.array(updateSchema).default([]) }).or(z.literal("")),
});
type Update = z.output<typeof updateSchema>;

const lists = new Set(["update", "reference", "collection", "package"]);
const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: "",
  parseTagValue: false,
  parseAttributeValue: false,
  isArray: (name) => lists.has(name),
});

/**
 * The security advisories of an updateinfo.xml, which dnf reads, too, on a distribution that it does not name.
 * @throws z.ZodError for another document, Error where it is no XML.
 */
export function updateinfoAdvisories(xml: string, distribution: string): Advisories {
  // The parser takes what it gets of a file that was cut off.
  if (!/(<\/updates>|<updates\s*\/>)\s*$/.test(xml)) throw new Error("no end of its updates");
  const { updates } = documentSchema.parse(parser.parse(xml));
  const found: Advisories = {};
  for (const update of updates === "" ? [] : updates.update) {
    if (update.type !== "security") continue;
    const about = aboutUpdate(update);
    for (const { name, epoch, version, release } of packagesOf(update))
      add(found, distribution, name, {
        ...about,
        fixed: `${epoch === "0" ? "" : `${epoch}:`}${version}-${release}`,
      });
  }
  return found;
}

/** Each package once: an advisory has it for every architecture. */
function packagesOf({ pkglist = "" }: Update): z.output<typeof packageSchema>[] {
  const collections = pkglist === "" ? [] : pkglist.collection;
  const all = collections.flatMap((each) => (each === "" ? [] : each.package));
  const binary = all.filter(({ arch }) => arch !== "src");
  return [
    ...new Map(
      binary.map((each) => [`${each.name} ${each.epoch}:${each.version}-${each.release}`, each]),
    ).values(),
  ];
}

function aboutUpdate({ id, severity, issued, references = "" }: Update): Omit<Advisory, "fixed"> {
  const named = references === "" ? [] : references.reference;
  const cves = [...new Set(named.flatMap((each) => /^CVE-\d{4}-\d+$/.exec(each.id ?? "")?.[0] ?? []))].sort();
  const rating = severityOfWord(severity);
  const fixedAt = issued && dayOf(issued.date);
  return {
    id,
    holes: cves.length > 0 ? cves : [id],
    ...(rating && { severity: rating }),
    ...(fixedAt !== undefined && { fixedAt }),
  };
}

/** `2024-05-01 12:00:00`, or seconds since 1970. */
function dayOf(text: string): string | undefined {
  const date = new Date(/^\d+$/.test(text) ? Number(text) * 1000 : text.trim().replace(" ", "T"));
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}
