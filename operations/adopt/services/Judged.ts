import type { ForeignPort, ForeignService } from "./ForeignService.ts";

/** What a service becomes. */
export type Judged =
  | { kind: "served"; service: ForeignService; port: ForeignPort }
  | { kind: "worker"; service: ForeignService }
  | ({ kind: "accessory"; service: ForeignService } & AccessoryPlace)
  /** A command of the application that has its image. */
  | { kind: "task"; service: ForeignService; of: string; isBefore: boolean }
  | { kind: "left"; service: ForeignService };

/** Where an accessory listens, keeps its data, and what says that it is ready. */
export interface AccessoryPlace {
  port: number;
  volume: string;
  ready: string[];
}
