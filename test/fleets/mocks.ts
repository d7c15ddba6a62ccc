import * as pulumi from "@pulumi/pulumi";

/** A resource as a component asked for it. */
export interface Made {
  type: string;
  name: string;
  inputs: Record<string, unknown>;
  options: pulumi.CustomResourceOptions & { deleteBeforeReplace?: boolean };
  /** Names of the inputs that are secret. */
  secrets: string[];
}

/** What the build of every layer prints under the mocks. */
export interface Printed {
  image: string;
  services: unknown[];
}

/** Runs a program on mocks; returns what it made, with ids that follow from the names. */
export async function made(
  program: (options: pulumi.ComponentResourceOptions) => unknown,
  printed: Printed = { image: "sha256:built", services: [] },
): Promise<Made[]> {
  const seen: Made[] = [];
  const options = new Map<string, Made["options"]>();
  await pulumi.runtime.setMocks(
    {
      call: () => ({}),
      newResource: ({ type, name, inputs }) => {
        const plain = Object.entries(inputs as Record<string, unknown>);
        const secrets = plain.filter(([, value]) => isSecret(value)).map(([key]) => key);
        const values = Object.fromEntries(plain.map(([key, value]) => [key, revealed(value)]));
        seen.push({ type, name, inputs: values, secrets, options: options.get(`${type} ${name}`) ?? {} });
        return { id: `${name}-id`, state: { ...(inputs as object), name, stdout: JSON.stringify(printed) } };
      },
    },
    "project",
    "test",
  );
  const note: pulumi.ResourceTransformation = ({ type, name, opts }) => {
    options.set(`${type} ${name}`, opts);
    return undefined;
  };
  program({ transformations: [note] });
  await pulumi.runtime.disconnect();
  return seen;
}

/** The one resource of a type (or its end) and name. @throws Error when there is none. */
export function resource(all: readonly Made[], type: string, name: string): Made {
  const found = all.filter((each) => each.type.endsWith(type) && each.name === name);
  const [one] = found;
  if (!one || found.length > 1)
    throw new Error(
      `expected one ${type} ${name}, got ${all.map((each) => `${each.type} ${each.name}`).join(", ")}`,
    );
  return one;
}

const secretMark = "4dabf18193072939515e22adb298388d";

function isSecret(value: unknown): boolean {
  return typeof value === "object" && value !== null && secretMark in value;
}

function revealed(value: unknown): unknown {
  return isSecret(value) ? (value as { value: unknown }).value : value;
}
