import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";
import { internalBalancer } from "./listeners.ts";

const lookEveryMilliseconds = 500;
const label = "immutable-fleets.test=stand-in";

/** A box run by hand where a load balancer of AWS would lead to instances: the emulator has neither. */
export class StandIn {
  readonly #containers: string[] = [];

  /**
   * Runs an image in a network of the engine under the name of the account's internal load balancer, as soon as there is one.
   * @param image its id. @param signal ends the wait.
   */
  async takeOver(
    image: string,
    network: string,
    region: string,
    endpoint: string,
    signal: AbortSignal,
  ): Promise<void> {
    let name: string | undefined;
    while ((name ??= await internalBalancer(region, endpoint)) === undefined) {
      if (signal.aborted) return;
      await sleep(lookEveryMilliseconds);
    }
    const told = ["--env", "FLEET=catalog", "--env", "FLEET_BOX=stand-in"];
    const options = ["--detach", "--label", label, "--network", network, "--network-alias", name];
    const { stdout } = await execa("docker", ["run", ...options, ...told, image]);
    this.#containers.push(stdout);
  }

  async dispose(): Promise<void> {
    const all = this.#containers.splice(0);
    if (all.length > 0) await execa("docker", ["rm", "--force", "--volumes", ...all], { reject: false });
  }
}
