import { CORE_SCHEMA, loadAll, Type, types } from "js-yaml";

/** Tags such as `!vault` and `!unsafe`: what they are put before is taken as it stands. */
const anyTag = (["scalar", "sequence", "mapping"] as const).map(
  (kind) => new Type("!", { kind, multi: true, construct: (data: unknown) => data }),
);
const schema = CORE_SCHEMA.extend({ implicit: [types.merge], explicit: anyTag });

/**
 * The documents of a YAML text as Ansible reads it. js-yaml is written after its reader, PyYAML, and lets pass what that does: quoted
 * texts that go on as far left as their key, and the same key twice, of which the last one counts.
 * @throws Error when Ansible could not read it either; its first line says why
 */
export function ansibleDocuments(text: string): unknown[] {
  return loadAll(text, { schema, json: true });
}
