import { readFileSync } from "node:fs";
import { parseAllDocuments, type CollectionTag } from "yaml";

/** Ansible's own tags, such as !vault, are read as their text. */
const customTags = ["!vault", "!unsafe"].map(
  (tag) => ({ tag, resolve: (text: string) => text }) as unknown as CollectionTag,
);

/** The documents of a YAML file; none of one that is encrypted or is no YAML. */
export function documents(file: string): unknown[] {
  const text = readFileSync(file, "utf8");
  if (text.startsWith("$ANSIBLE_VAULT")) return [];
  const parsed = parseAllDocuments(text, { customTags, logLevel: "silent", uniqueKeys: false });
  if (!Array.isArray(parsed)) return [];
  return parsed.flatMap((each) => {
    if (each.errors.length > 0) return [];
    try {
      return [each.toJS() as unknown];
    } catch {
      return [];
    }
  });
}
