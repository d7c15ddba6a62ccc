import { randomBytes } from "node:crypto";
import { placed } from "../../config/references/placed.ts";
import { readConfigurationFiles } from "../../config/read/readFiles.ts";
import { projectRoot } from "../../config/root.ts";
import { maintenanceOf, type UnderMaintenance } from "./edges.ts";

const wordBytes = 18;

/**
 * Puts the page in the place of a public application, or takes it away. All that are under maintenance have one word that lets somebody in, which ends
 * with the last of them. @returns what is under maintenance now.
 * @throws Error where there is no such application, or no edge that has the page.
 */
export async function changeMaintenance(
  stack: string,
  application: string,
  isOn: boolean,
): Promise<UnderMaintenance> {
  const configuration = readConfigurationFiles(projectRoot, stack);
  const publics = placed(configuration).filter((name) => configuration.applications[name]?.public);
  // What is no longer public may be taken away.
  if (isOn && !publics.includes(application))
    throw new Error(
      `APPLICATION: expected a public one of ${stack} (${publics.join(", ")}), got ${application}; name one of them`,
    );
  const now = await maintenanceOf(stack, (before) =>
    isOn ? withOne(before, application) : new Map([...before].filter(([name]) => name !== application)),
  );
  if (now) return now;
  const got = configuration.environment.edge?.maintenance ? "none that runs" : "nothing";
  throw new Error(
    `environment.edge.maintenance: expected an edge that has the page, got ${got}; add maintenance: {}, and npm run up -- --stack ${stack}`,
  );
}

function withOne(before: UnderMaintenance, application: string): UnderMaintenance {
  const word = [...before.values()][0] ?? randomBytes(wordBytes).toString("base64url");
  return new Map([...before, [application, word]]);
}
