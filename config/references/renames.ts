import type { Problem } from "../problem.ts";
import type { Configuration } from "../schema.ts";

type Named = Pick<Configuration, "accessories" | "applications" | "fleets">;
type Section = "accessories" | "fleets";

/** What is wrong in `renamedFrom`: a former name is nobody's now, and was one thing's. */
export function renameProblems(configuration: Named): Problem[] {
  return [...sectionProblems("accessories", configuration), ...sectionProblems("fleets", configuration)];
}

function sectionProblems(section: Section, configuration: Named): Problem[] {
  const seen = new Set<string>();
  const named: Readonly<Record<string, { renamedFrom?: string | undefined }>> = configuration[section];
  return Object.entries(named).flatMap(([name, { renamedFrom }]) => {
    if (renamedFrom === undefined) return [];
    const again = seen.has(renamedFrom);
    seen.add(renamedFrom);
    const owner = ownerOf(renamedFrom, section, configuration);
    const got = owner ?? (again ? `${renamedFrom}, which another one had too` : undefined);
    if (got === undefined) return [];
    const expected = "a name that nothing has any more";
    return [{ path: `${section}.${name}.renamedFrom`, expected, got, fix: "remove it, or rename the other" }];
  });
}

/** What has the name now. The former name of an accessory goes on being one in the network. */
function ownerOf(name: string, section: Section, configuration: Named): string | undefined {
  const sections =
    section === "fleets" ? (["fleets"] as const) : (["accessories", "fleets", "applications"] as const);
  const found = sections.find((each) => Object.hasOwn(configuration[each], name));
  return found && `${found}.${name}`;
}
