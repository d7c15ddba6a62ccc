import { readFileSync } from "node:fs";
import { ansibleDocuments } from "../../plan/ansible/ansibleDocuments.ts";

/** The documents of a YAML file; none of one that is encrypted or is no YAML. */
export function documents(file: string): unknown[] {
  const text = readFileSync(file, "utf8");
  if (text.startsWith("$ANSIBLE_VAULT")) return [];
  try {
    return ansibleDocuments(text);
  } catch {
    return [];
  }
}
