import { DescribeLaunchTemplateVersionsCommand, type EC2Client, type Instance } from "@aws-sdk/client-ec2";
import * as assert from "node:assert/strict";
import { BootedMachine } from "../images/disk/support/bootedMachine.ts";
import { startSystemsManager } from "../emulator/systemsManager.ts";

const endpointVariable = "AWS_ENDPOINT_URL_SSM";

/**
 * An instance of the emulator that really runs: its disk boots in a virtual machine, with the user data of its launch template,
 * and Systems Manager reaches it by the instance's id.
 */
export class BootedInstance {
  readonly #machine: BootedMachine;
  readonly #stopManager: () => void;

  private constructor(machine: BootedMachine, stopManager: () => void) {
    this.#machine = machine;
    this.#stopManager = stopManager;
  }

  /** @param disk of the instance's AMI. @param mounts where the disk's declared volumes are mounted. */
  static async boot(
    ec2: EC2Client,
    instance: Instance,
    disk: string,
    mounts: string[],
  ): Promise<BootedInstance> {
    const LaunchTemplateId = instance.Tags?.find(({ Key }) => Key === "aws:ec2launchtemplate:id")?.Value;
    const asked = new DescribeLaunchTemplateVersionsCommand({ LaunchTemplateId, Versions: ["$Latest"] });
    const { LaunchTemplateVersions = [] } = await ec2.send(asked);
    const userData = LaunchTemplateVersions[0]?.LaunchTemplateData?.UserData;
    assert.ok(userData);
    const machine = await BootedMachine.boot(disk, Buffer.from(userData, "base64").toString(), mounts);
    const manager = await startSystemsManager({ [instance.InstanceId ?? ""]: (lines) => machine.run(lines) });
    process.env[endpointVariable] = manager.endpoint;
    return new BootedInstance(machine, () => {
      Reflect.deleteProperty(process.env, endpointVariable);
      manager.stop();
    });
  }

  /** Runs a line of shell in it, as root. */
  run(line: string): Promise<string> {
    return this.#machine.run(line);
  }

  async stop(): Promise<void> {
    this.#stopManager();
    await this.#machine.stop();
  }
}
