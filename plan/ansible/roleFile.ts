import { readFileSync } from "node:fs";
import { messageOf } from "../../work/message.ts";
import { ansibleDocuments } from "./ansibleDocuments.ts";

/** What a YAML file of a role says. @throws Error when Ansible could not read it. */
export function parseRoleFile(file: string): unknown {
  try {
    const [first, ...others] = ansibleDocuments(readFileSync(file, "utf8"));
    if (others.length > 0) throw new Error("more than one document");
    return first;
  } catch (error) {
    const [reason] = messageOf(error).split("\n");
    throw new Error(`${file}: expected YAML, got a fault: ${reason}; correct the file`, { cause: error });
  }
}

const including = /^(ansible\.(builtin|legacy)\.)?(include|import)_role$/;

/** Names in `roles:` and `dependencies:`, and in include_role or import_role, of either form, anywhere in a parsed file. */
export function namedRoles(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(namedRoles);
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, part]: [string, unknown]) => {
    if (/^(roles|dependencies)$/.test(key) && Array.isArray(part))
      return [...part.flatMap(dependencyName), ...namedRoles(part)];
    if (including.test(key)) return includedName(part);
    if (/^(local_)?action$/.test(key)) return actionName(part);
    return namedRoles(part);
  });
}

function dependencyName(value: unknown): string[] {
  if (typeof value === "string") return [value];
  const { role, name } = (value ?? {}) as { role?: unknown; name?: unknown };
  return [role, name].filter((part) => typeof part === "string");
}

/** `{name: common}`, or in one line `name=common tasks_from=main`. */
function includedName(value: unknown): string[] {
  if (typeof value !== "string") return dependencyName(value);
  const pattern = /(?:^|\s)(?:name|role)\s*=\s*("[^"]*"|'[^']*'|(?:\{\{.*?\}\}|[^\s{])+)/g;
  return [...value.matchAll(pattern)].map(([, name = ""]) => name.replace(/^(["'])(.*)\1$/, "$2"));
}

/** `action: include_role name=common`, and `action: {module: include_role, name: common}`. */
function actionName(value: unknown): string[] {
  if (typeof value === "string") {
    const [module = "", ...others] = value.trim().split(/\s+/);
    return including.test(module) ? includedName(others.join(" ")) : [];
  }
  const { module, ...others } = (value ?? {}) as Record<string, unknown>;
  return typeof module === "string" && including.test(module) ? dependencyName(others) : [];
}
