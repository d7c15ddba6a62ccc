import { checkAlone } from "../../plan/glue/healthCheck.ts";
import type * as pulumi from "@pulumi/pulumi";
import { releaseName } from "../../images/release/release.ts";
import type { HandoverFleetPlan, InstanceFleetPlan } from "../../plan/environment/FleetPlan.ts";
import { plainValues, secretValues } from "../../plan/glue/told.ts";
import type { Account } from "../aws/Account.ts";
import type { HandoverNote } from "../target/HandoverNote.ts";
import type { Running } from "../target/Target.ts";
import { SharedImage } from "./SharedImage.ts";

/** A fleet's AMI in the hands of other accounts, and the note that goes with it. */
interface HandedOver {
  fleet: string;
  ami: pulumi.Output<string>;
  note: pulumi.Output<HandoverNote>;
}

/** Shares the machine images of fleets, which may run here too, with the accounts of the environment; none: with nobody. */
export function handOver(
  fleets: readonly (HandoverFleetPlan | InstanceFleetPlan)[],
  account: Account,
  opts: pulumi.ComponentResourceOptions,
): Required<Pick<Running, "proved" | "handover">> & { handedOver: HandedOver[] } {
  const isShared = account.aws.share.length > 0;
  const handedOver = isShared ? fleets.map((fleet) => shareImage(fleet, account, opts)) : [];
  return {
    handedOver,
    proved: handedOver.map(({ ami }) => ami),
    handover: Object.fromEntries(handedOver.map(({ fleet, note }) => [fleet, note])),
  };
}

function shareImage(
  { name: fleet, chain, told, instances, applications }: HandoverFleetPlan | InstanceFleetPlan,
  account: Account,
  opts: pulumi.ComponentResourceOptions,
): HandedOver {
  const { release, aws } = account;
  const { region, share: accounts } = aws;
  const image = account.image(chain);
  const shared = new SharedImage(`${fleet}-share`, { region, ami: account.ami(image), accounts }, opts);
  const known = {
    fleet,
    release: release.promotedFrom ?? releaseName(release),
    region,
    diskDigest: image.record.diskDigest,
    instanceType: instances.type,
    accounts,
    environment: plainValues(told),
    secrets: Object.keys(secretValues(told)),
    applications: applications.map((application) => ({ name: application.name, ...checkAlone(application) })),
    startMinutes: instances.startMinutes,
  };
  return { fleet, ami: shared.ami, note: shared.ami.apply((ami) => ({ ...known, ami })) };
}
