import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { projectRoot } from "../../config/root.ts";
import { passwordsVariable } from "../../images/layer/passwords.ts";
import { canonicalJson, sha256 } from "../../plan/digest.ts";
import { checkHosts, hostChecks } from "./check.ts";
import type { FleetHosts } from "../../plan/host.ts";
import { environmentParts } from "./environmentParts.ts";
import { digestVariable, doorVariable, type HostsRequest } from "./request.ts";

export interface HostFleetArgs extends Omit<HostsRequest, "hosts" | "settings"> {
  hosts: FleetHosts;
  /** The container of the door whose edges send them requests. */
  door?: pulumi.Input<string> | undefined;
  /** Environment of each host's services, apart from its name and digest. */
  environment: pulumi.Input<Record<string, string>>;
  /** Passwords of package repositories, by name; another one configures nothing by itself. */
  passwords?: pulumi.Input<Record<string, string>>;
}

/**
 * Mutable hosts that have what an image would have: the same playbook and roles, applied over SSH when the input digest
 * changes, one host after the other. Nothing is undone when the fleet is removed.
 */
export class HostFleet extends pulumi.ComponentResource {
  /** SHA-256 over what the roles make of the hosts, whatever environment they are given: `sha256:…`. */
  readonly content: string;
  /** The names of its hosts. */
  readonly hosts: string[];
  /** Known once all hosts are healthy. */
  readonly proved: pulumi.Output<unknown>;

  constructor(args: HostFleetArgs, opts?: pulumi.ComponentResourceOptions) {
    super("fleet:index:HostFleet", args.fleet, {}, opts);
    const { hosts: found, door, environment, passwords, ...rest } = args;
    const request: HostsRequest = { ...rest, hosts: found.hosts, settings: found.settings };
    this.hosts = found.hosts.map(({ name }) => name);
    this.content = `sha256:${sha256(canonicalJson(rest.layers))}`;
    const told = pulumi
      .output(environment)
      .apply((values) => canonicalJson({ ...values, FLEET_IMAGE_DIGEST: this.content }));
    const inputDigest = told.apply((text) => sha256(canonicalJson([text, found.inventoryDigest])));
    if (pulumi.runtime.isDryRun() && hostChecks.wanted)
      pulumi.all([told, passwords ?? {}]).apply(([text, known]) => {
        const values = JSON.parse(text) as Record<string, string>;
        hostChecks.pending.push(checkHosts(request, this.content, values, known, projectRoot));
      });
    const configured = new command.local.Command(
      `${args.fleet}-hosts`,
      {
        interpreter: ["node", "fleets/hosts/main.ts"],
        create: "configure",
        // How long to wait, for example, is nothing that hosts are made of.
        update: "keep",
        stdin: JSON.stringify(request),
        environment: told.apply((text) => ({
          ...environmentParts(text),
          [digestVariable]: this.content,
          ...(door !== undefined && { [doorVariable]: door }),
          ...(passwords && { [passwordsVariable]: pulumi.output(passwords).apply(canonicalJson) }),
        })),
        triggers: [inputDigest],
        logging: "stderr",
        addPreviousOutputInEnv: false,
      },
      { parent: this, customTimeouts: { create: "4h", update: "10m" } },
    );
    this.proved = configured.stdout;
    this.registerOutputs({ content: this.content });
  }
}
