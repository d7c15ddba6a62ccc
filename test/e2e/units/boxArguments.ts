import { plainSettings } from "../../../fleets/box/box.ts";
import { imageConfig } from "../../../images/archive/imageConfig.ts";
import type { Service } from "../../../plan/service.ts";

/** The command line of a box with the image's settings and the box's own. */
export function boxArguments(
  service: Service,
  variables: Readonly<Record<string, string>>,
  image: string,
  how = "--rm",
): string[] {
  const parts = {
    architecture: "",
    os: "",
    layers: [],
    services: [service],
    enabledUnits: [],
    epochSeconds: 0,
    origin: {},
  };
  const { config } = JSON.parse(imageConfig(parts).json) as {
    config: { Env: string[]; Cmd: string[]; User: string; WorkingDir: string; StopSignal: string };
  };
  const limits = { init: "automatic", volatile: [], capabilities: [], drainSeconds: 5 } as const;
  const settings = plainSettings(limits, [service], undefined);
  return [
    ...["run", how, "--read-only", "--cap-drop=ALL", "--network=none"],
    ...settings.securityOpts.map((each) => `--security-opt=${each}`),
    ...Object.entries(settings.tmpfs).map(([at, options]) => `--tmpfs=${at}:${options}`),
    ...(settings.ulimits ?? []).map(({ name, soft, hard }) => `--ulimit=${name}=${soft}:${hard}`),
    ...(settings.groupAdds ?? []).map((group) => `--group-add=${group}`),
    ...config.Env.map((line) => `--env=${line}`),
    ...environment(variables),
    ...[`--user=${config.User}`, `--workdir=${config.WorkingDir}`, `--stop-signal=${config.StopSignal}`],
    ...["--entrypoint=", image, ...config.Cmd],
  ];
}

/** Variables as options of `docker run`. */
export function environment(variables: Readonly<Record<string, string>>): string[] {
  return Object.entries(variables).map(([name, value]) => `--env=${name}=${value}`);
}
