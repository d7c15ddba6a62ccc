import { createRequire, Module } from "node:module";

/** What the engine's SDK requires to write functions into a state, which no program here has in one; two thirds of the time in which it is loaded. */
const seldomUsed = ["typescript", "@npmcli/arborist"];

/**
 * Has the engine's SDK load what it seldom uses when that is used, not when it is loaded itself. To be called before it is: what it
 * requires is found in the cache of modules, as an object that stands for them.
 */
export function leanSdk(): void {
  const required = createRequire(createRequire(import.meta.url).resolve("@pulumi/pulumi"));
  for (const name of seldomUsed) {
    const file = required.resolve(name);
    required.cache[file] ??= standIn(file, required);
  }
}

function standIn(file: string, required: NodeJS.Require): NodeJS.Module {
  let used: Record<PropertyKey, unknown> | undefined;
  const load = () => {
    if (used) return used;
    Reflect.deleteProperty(required.cache, file);
    used = required(file) as Record<PropertyKey, unknown>;
    return used;
  };
  // As a module that was compiled from ECMAScript's form, or its properties would be copied at once.
  const get = (_: object, key: PropertyKey) => (key === "__esModule" ? true : load()[key]);
  return Object.assign(new Module(file), { loaded: true, exports: new Proxy({}, { get }) });
}
