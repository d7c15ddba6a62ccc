import { readFileSync } from "node:fs";
import * as path from "node:path";
import { cloudConfig } from "../../plan/glue/cloudConfig.ts";

/** What a box is told at its first boot; secrets are no part of it. */
export interface BootSettings {
  environment: Readonly<Record<string, string>>;
  /** Path of the SSM parameters that hold the fleet's secrets; null where it has none. */
  parameters: string | null;
  region: string;
}

const script = readFileSync(path.join(import.meta.dirname, "boot/box_environment.py"), "utf8");

/** User data for cloud-init: `bootcmd` runs before any of the box's services. */
export function userData(settings: BootSettings): string {
  const command = ["python3", "-c", script, JSON.stringify(settings)];
  return cloudConfig({ bootcmd: [command] });
}
