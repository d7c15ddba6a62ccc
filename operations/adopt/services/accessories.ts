import { configuredSize } from "./amounts.ts";
import { environmentOf } from "./environmentOf.ts";
import { givenFiles } from "./givenFiles.ts";
import { runKeys, settingOf, type Parts, type PartsContext } from "./PartsContext.ts";
import type { ProposedAccessory, ProposedEnvironment } from "./ServicesProposal.ts";

/** The accessories, and what the environment says of them. */
export function accessoriesOf(
  context: PartsContext,
): Parts<ProposedAccessory, NonNullable<ProposedEnvironment["accessories"]>[string]> {
  const { all, names, origins } = context;
  const found = all.flatMap((each) => {
    if (each.kind !== "accessory") return [];
    const { service, volume, ready } = each;
    const name = names.get(service.name) ?? "";
    const origin = origins.get(service.name);
    const { environment } = environmentOf(service, settingOf(context, false));
    const image = origin && "image" in origin ? origin.image : "";
    const files = givenFiles(service, undefined, context.say);
    const own: ProposedAccessory = {
      image,
      ...(files && { files }),
      ...runKeys(service, context.say),
      port: each.port,
      volume,
      ready,
    };
    const memory = service.memoryBytes === undefined ? {} : { memory: configuredSize(service.memoryBytes) };
    const given = Object.keys(environment).length === 0 ? {} : { environment };
    return [[name, own, { ...memory, ...given }] as const];
  });
  return {
    topology: Object.fromEntries(found.map(([name, own]) => [name, own])),
    environment: Object.fromEntries(found.map(([name, , environment]) => [name, environment])),
  };
}
