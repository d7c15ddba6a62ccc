import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";

/** What the engine would do with one resource. */
export interface PreviewStep {
  urn: string;
  type: string;
  /** The resource's logical name. */
  name: string;
  op: "same" | "create" | "update" | "replace" | "delete";
  /** Inputs that are in the state and inputs that are wanted; unknown ones are absent. */
  before: Record<string, unknown>;
  after: Record<string, unknown>;
  /** Names of the inputs that differ. */
  changed: string[];
}

/** How the engine writes a value that is not known before an update. */
const unknownValue = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** The inputs that the provider takes for those that it has, while they are not known. */
const missedInputs: Readonly<Record<string, string>> = {
  "docker:index/container:Container": "envs",
  "docker:index/service:Service": "taskSpec",
};

const operations: Record<string, PreviewStep["op"]> = {
  same: "same",
  create: "create",
  update: "update",
  "create-replacement": "replace",
  "delete-replaced": "delete",
  delete: "delete",
};

/** The steps in the engine's events of a preview: one per resource, replacements as one. */
export function stepsOf(events: readonly EngineEvent[]): PreviewStep[] {
  const steps = new Map<string, PreviewStep>();
  for (const { resourcePreEvent } of events) {
    const metadata = resourcePreEvent?.metadata;
    const op = metadata && operations[metadata.op];
    if (!op) continue;
    // The end of a replaced or left-over resource says nothing new of one that is also wanted.
    if (op === "delete" && steps.has(metadata.urn)) continue;
    const [, , types = "", ...name] = metadata.urn.split("::");
    const type = types.split("$").at(-1) ?? types;
    if (type.startsWith("pulumi:providers:")) continue;
    const before = metadata.old?.inputs ?? {};
    const step = { urn: metadata.urn, type, name: name.join("::"), before };
    const after = known(metadata.new?.inputs ?? {});
    const changed = Object.keys(metadata.detailedDiff ?? {}).map((path) => path.replace(/[.[].*$/, ""));
    const input = missedInputs[type];
    const isMissed = op === "same" && input !== undefined && becomesUnknown(input, before, after);
    steps.set(metadata.urn, {
      ...step,
      ...(isMissed ? { op: "replace", changed: [input] } : { op, changed }),
      after,
    });
  }
  return [...steps.values()];
}

/** Whether an input that the state has will be known in the update only. */
function becomesUnknown(
  input: string,
  before: Record<string, unknown>,
  after: Record<string, unknown>,
): boolean {
  return input in before && !(input in after);
}

function known(inputs: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(inputs).filter(([, value]) => !JSON.stringify(value).includes(unknownValue)),
  );
}
