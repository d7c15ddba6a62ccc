/** How an application is asked whether it can serve. */
export interface HealthCheck {
  port: number;
  /** Path and query, with a leading slash. */
  health: string;
  /** The host name that is asked for; none: whatever whoever asks takes for one. */
  healthHost?: string;
  /** Status of a healthy answer; none: 200. */
  healthStatus?: number;
}

/** Status of a healthy answer where nothing else is said. */
export const usualStatus = 200;

/** The check of an application as it is configured; what is as usual is not told. */
export function healthCheckOf({ port, health, healthHost, healthStatus }: Answered): HealthCheck {
  return {
    ...{ port, health },
    ...(healthHost !== undefined && { healthHost }),
    ...(healthStatus !== usualStatus && { healthStatus }),
  };
}

/** What of an application with a port its check follows from. */
interface Answered {
  port: number;
  health: string;
  healthHost?: string | undefined;
  healthStatus: number;
}

/** The check alone, of what has more. */
export function checkAlone({
  port,
  health,
  healthHost,
  healthStatus = usualStatus,
}: HealthCheck): HealthCheck {
  return healthCheckOf({ port, health, healthHost, healthStatus });
}
