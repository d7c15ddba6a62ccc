import * as pulumi from "@pulumi/pulumi";
import { boxSettings, type BoxLimits } from "../../../fleets/box/box.ts";
import { service } from "../service.ts";
import { valueOf } from "../valueOf.ts";

/** The limits of a box with one service, which runs in the foreground. */
const limits: BoxLimits = {
  services: [service()],
  init: "foreground",
  volatile: [],
  capabilities: [],
  drainSeconds: 30,
  systemdNeeds: () => ({ controlGroups: "named", isFiltered: true }),
};

/** The settings that are said of such a box; what is given differs. */
export async function settingsOf(own: Partial<BoxLimits> = {}) {
  const all = await valueOf(pulumi.output(boxSettings({ ...limits, ...own })));
  const said = Object.entries(all).filter(([, value]) => value !== undefined);
  return Object.fromEntries(said) as typeof all;
}
