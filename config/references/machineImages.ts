import type { Problem } from "../problem.ts";
import type { MachineImageSettings } from "../machineImages.ts";
import type { Configuration } from "../schema.ts";
import { layersBelow } from "./layers.ts";
import { duplicates, unknown } from "./problems.ts";

/** What is wrong where an environment builds machine images. */
export function machineImageProblems(configuration: Configuration): Problem[] {
  const { environment } = configuration;
  const { machineImages: settings, promoteFrom, release, fleets } = environment;
  if (!settings) return [];
  const path = ["environment", "machineImages", "fleets"];
  const named = settings.fleets ?? Object.keys(fleets);
  const known = named.filter((fleet) => Object.hasOwn(fleets, fleet));
  const takes = promoteFrom !== undefined || release !== undefined;
  return [
    ...(takes ? [problem("", "an environment that builds", "one that takes a release", "remove it")] : []),
    ...named.flatMap((fleet, index) =>
      known.includes(fleet) ? [] : [unknown([...path, index], "fleet", fleet, Object.keys(fleets))],
    ),
    ...duplicates(path, named),
    ...(settings.builder === "local" ? known.flatMap((fleet) => kernelProblems(fleet, configuration)) : []),
    ...builderProblems(known, settings, configuration),
    ...sharingProblems(settings),
  ];
}

function problem(key: string, expected: string, got: string, fix: string): Problem {
  return { path: `environment.machineImages${key && `.${key}`}`, expected, got, fix };
}

/** The layers that the machine images of fleets are made of, but for those that are for machines only. */
function machineLayers(
  named: readonly string[],
  { fleets, applications, layers }: Configuration,
): Set<string> {
  const tops = named.flatMap((fleet) => {
    const { machine, applications: names = [] } = fleets[fleet] ?? {};
    return machine === undefined ? names.flatMap((name) => applications[name]?.layer ?? []) : [machine];
  });
  return new Set(tops.flatMap((top) => layersBelow(layers, top)));
}

/** A disk boots a kernel, which a machine-only layer on one of the fleet's layers brings. */
function kernelProblems(fleet: string, configuration: Configuration): Problem[] {
  const { layers } = configuration;
  const chain = machineLayers([fleet], configuration);
  const [base] = chain;
  const has = Object.values(layers).some(
    ({ machineOnly, on }) => machineOnly && on !== undefined && chain.has(on),
  );
  // An existing image is told of elsewhere.
  if (has || base === undefined || layers[base]?.image !== undefined) return [];
  return [
    problem(
      "",
      `a layer with the kernel of ${fleet}'s machines`,
      "none",
      `add to layers: machine: {on: ${base}, roles: [machine], machineOnly: true}`,
    ),
  ];
}

/** What the cloud's builder needs, and what it cannot do: it knows nothing but roles, and no secret leaves this machine. */
function builderProblems(
  known: readonly string[],
  { builder, cloud }: MachineImageSettings,
  configuration: Configuration,
): Problem[] {
  if (builder === "local")
    return cloud ? [problem("cloud", "builder: cloud beside it", "local", "set it, or remove cloud")] : [];
  const missing = cloud
    ? []
    : [problem("cloud", "cloud: {sourceAmi: ami-…}", "nothing", "say what the base is built on")];
  const { layers, packages } = configuration;
  const unfit = [...machineLayers(known, configuration)].flatMap((layer) => {
    const { provisioner = "ansible", holds, playbook, builders = {} } = layers[layer] ?? {};
    const got = [
      ...(provisioner === "ansible" ? [] : [`steps of ${layer}`]),
      ...(playbook === undefined ? [] : [`the playbook of ${layer}`]),
      ...(holds ? [`images that ${layer} holds`] : []),
      ...Object.keys(builders).map((each) => `packages of ${layer} that are built in the layer ${each}`),
    ];
    return got
      .slice(0, 1)
      .map((what) => problem("builder", "layers that are nothing but roles", what, "use builder: local"));
  });
  const guarded = Object.entries(packages.repositories).filter(([, { password }]) => password !== undefined);
  const secret = guarded.map(([name]) =>
    problem(
      "builder",
      "repositories without a password",
      `one of packages.repositories.${name}`,
      "use builder: local",
    ),
  );
  return [...missing, ...unfit, ...secret];
}

function sharingProblems(settings: MachineImageSettings): Problem[] {
  const { region, copies, encrypted, encryptionKey, accounts } = settings;
  const keys = [
    ["encryptionKey", encryptionKey] as const,
    ...Object.entries(copies).map(
      ([name, copy]) => [`copies.${name}.encryptionKey`, copy.encryptionKey] as const,
    ),
  ];
  const problems = keys.flatMap(([path, key]) => {
    if (key !== undefined && !encrypted)
      return [problem(path, "encrypted: true beside it", "false", "set it, or remove the key")];
    if (key === undefined && encrypted && accounts.length > 0)
      return [problem(path, "a key that other accounts may use", "nothing", "add one, or remove accounts")];
    return [];
  });
  if (Object.hasOwn(copies, region))
    problems.push(problem(`copies.${region}`, "other regions than its own", region, "remove it"));
  return problems;
}
