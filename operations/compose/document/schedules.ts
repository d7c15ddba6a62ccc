import { schedulesFolder, type SchedulesPlan } from "../../../plan/environment/schedules.ts";
import { toldAll } from "../../../plan/glue/told.ts";
import { plainSettings } from "../../../fleets/box/box.ts";
import { boxLine } from "../../../fleets/box/command.ts";
import { boxAliases, boxIdentity, boxNames } from "../../../fleets/box/identity.ts";
import * as scheduler from "../../../fleets/schedules/program.ts";
import { network, type ComposeImage } from "./image.ts";
import { composeEnvironment, composeValue } from "./secrets.ts";
import { composeSettings, sharing, type ComposeService } from "./service.ts";

/**
 * The box that runs the schedules of an application. What it notes is in memory: Compose makes root the owner of a volume, and keeps a box
 * until it is made anew.
 * @param here names of the accessories that run beside it.
 */
export function scheduledBox(
  plan: SchedulesPlan,
  here: readonly string[],
  { reference, digest, services: found }: ComposeImage,
): [string, ComposeService] {
  const services = scheduler.schedulesService(plan, found);
  const problem = scheduler.schedulesProblem(plan, services);
  if (problem !== undefined) throw new Error(problem);
  const [name = plan.name] = boxNames(plan.name, 1);
  const volumes = plan.volumes.filter(({ path }) => path !== schedulesFolder);
  const limits = { ...plan.limits, volatile: [...plan.limits.volatile, schedulesFolder] };
  const settings = plainSettings(
    limits,
    services,
    undefined,
    volumes.map(({ path }) => path),
  );
  const user = scheduler.schedulesUser(services);
  const line = boxLine(scheduler.schedulesCommand(plan), services, limits) ?? [];
  const needed = here.filter((each) => plan.uses.includes(each));
  return [
    name,
    {
      ...sharing(composeSettings(reference, settings, settings.tmpfs), volumes),
      ...(user !== undefined && { user }),
      command: line.map(composeValue),
      environment: composeEnvironment({ ...toldAll(plan.told), ...boxIdentity(name, digest) }),
      networks: { [network]: { aliases: boxAliases(plan.name, []) } },
      ...(needed.length > 0 && {
        depends_on: Object.fromEntries(needed.map((each) => [each, { condition: "service_healthy" }])),
      }),
      labels: { "immutable-fleets.compose": plan.name },
    },
  ];
}
