import * as pulumi from "@pulumi/pulumi";
import type { Problem } from "../../config/problem.ts";
import type { InstancesPlan } from "../../plan/environment/TargetPlan.ts";
import type { InstanceFleetPlan } from "../../plan/environment/FleetPlan.ts";
import { secretValues } from "../../plan/glue/told.ts";
import { hostRuleProblems, userDataProblems } from "../aws/limits.ts";
import { parameterPath } from "../aws/names.ts";
import { bootSettings } from "./bootSettings.ts";
import { userData } from "./userData.ts";

/** What AWS would refuse of fleets of instances only once others of them are made, as far as it follows from the plan. */
export function limitProblems({ aws, applications, edge, fleets }: Omit<InstancesPlan, "target">): Problem[] {
  return [
    ...fleets.flatMap((fleet) => userDataProblems(fleet.name, longestUserData(fleet, aws.region))),
    ...(edge ? [] : hostRuleProblems(applications.filter((each) => each.public))),
  ];
}

/** The load balancer is not there yet; its name has always the same form. */
function longestUserData(fleet: InstanceFleetPlan, region: string): string {
  const host = `internal-inside-0123456-0123456789.${region}.elb.amazonaws.com`;
  const hasSecrets = Object.keys(secretValues(fleet.told)).length > 0;
  const parameters = hasSecrets ? parameterPath(pulumi.getProject(), pulumi.getStack(), fleet.name) : null;
  return userData(bootSettings(fleet, region, parameters, host));
}
