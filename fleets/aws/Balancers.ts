import { Listener } from "@pulumi/aws/lb/listener.js";
import { ListenerRule } from "@pulumi/aws/lb/listenerRule.js";
import { LoadBalancer } from "@pulumi/aws/lb/loadBalancer.js";
import type { TargetGroup } from "@pulumi/aws/lb/targetGroup.js";
import * as pulumi from "@pulumi/pulumi";
import type { AwsSettings } from "../../config/instances.ts";
import type { PlacedApplication } from "../../plan/glue/topology.ts";
import { targetGroup } from "./targetGroup.ts";
import type { NetworkIds } from "./Network.ts";
import type { SecurityGroups } from "./SecurityGroups.ts";

/** Priorities of rules by host name: after those of a canary (canary/rules.ts). */
const hostPriority = 41_000;

/** TLS 1.2 and 1.3 with forward secrecy only. */
const tlsPolicy = "ELBSecurityPolicy-TLS13-1-2-2021-06";

export interface BalancersArgs {
  aws: AwsSettings;
  network: NetworkIds;
  groups: SecurityGroups;
  applications: readonly PlacedApplication[];
  /** Longest time that an old box of a fleet has to finish its requests. */
  drainSeconds: Readonly<Record<string, number>>;
  /** Whether requests come in by an edge: there is no public balancer then. */
  behindEdge: boolean;
}

/** One way by which requests reach a fleet: an application behind one of the load balancers. */
export interface Entry {
  /** `in-site` from the other boxes, `out-site` from outside. */
  name: string;
  application: PlacedApplication;
  balancer: LoadBalancer;
  listener: Listener;
  /** Where the boxes are that get their requests as soon as they are healthy. */
  targetGroup: TargetGroup;
  /** Place among the entries of the listener; the first takes what no host name sends to another. */
  index: number;
}

/** A load balancer for the public applications, and an internal one through which boxes reach every application by its port. */
export class Balancers extends pulumi.ComponentResource {
  /** Host name of the internal one: the box's glue is made of it. */
  readonly internalHost: pulumi.Output<string>;
  /** Where requests come in; undefined without public applications, and behind an edge. */
  readonly url: pulumi.Output<string> | undefined;
  readonly #entries: Entry[] = [];
  /** A box counts as healthy only once its target group has a listener. */
  readonly listeners: pulumi.Resource[] = [];
  readonly #args: BalancersArgs;

  constructor(name: string, args: BalancersArgs, opts?: pulumi.ComponentResourceOptions) {
    super("fleet:index:Balancers", name, {}, opts);
    this.#args = args;
    const internal = this.#balancer("internal", args.network.privateSubnets);
    this.internalHost = internal.dnsName;
    for (const application of args.applications) this.#internalListener(internal, application);
    const entries = args.behindEdge ? [] : args.applications.filter((application) => application.public);
    this.url = entries.length > 0 ? this.#publicEntry(entries) : undefined;
    this.registerOutputs({ internalHost: this.internalHost, url: this.url });
  }

  #balancer(kind: "public" | "internal", subnets: pulumi.Input<string>[]): LoadBalancer {
    const { aws, groups } = this.#args;
    // AWS refuses names that begin with `internal-`.
    const name = kind === "internal" ? "inside" : "public";
    return new LoadBalancer(
      name,
      {
        loadBalancerType: "application",
        internal: kind === "internal",
        subnets,
        securityGroups: [groups.id(kind)],
        dropInvalidHeaderFields: true,
        enableDeletionProtection: kind === "public" && aws.protect,
      },
      { parent: this },
    );
  }

  /** The ways to a fleet. */
  entries(fleet: string): Entry[] {
    return this.#entries.filter(({ application }) => application.fleet === fleet);
  }

  #targetGroup(name: string, application: PlacedApplication): TargetGroup {
    const { network, drainSeconds } = this.#args;
    return targetGroup(name, application, network.vpc, drainSeconds[application.fleet], { parent: this });
  }

  #internalListener(balancer: LoadBalancer, application: PlacedApplication): void {
    const name = `in-${application.name}`;
    const group = this.#targetGroup(name, application);
    const listener = this.#listen(application.name, {
      loadBalancerArn: balancer.arn,
      port: application.port,
      protocol: "HTTP",
      defaultActions: [{ type: "forward", targetGroupArn: group.arn }],
    });
    this.#entries.push({ name, application, balancer, listener, targetGroup: group, index: 0 });
  }

  /** The first public application takes what no host name sends to another. */
  #publicEntry(entries: readonly PlacedApplication[]): pulumi.Output<string> {
    const balancer = this.#balancer("public", this.#args.network.publicSubnets);
    const groups = entries.map((application) => this.#targetGroup(`out-${application.name}`, application));
    const listener = this.#publicListener(balancer, groups[0]);
    groups.forEach((group, index) => {
      const application = entries[index];
      if (!application) return;
      const name = `out-${application.name}`;
      this.#entries.push({ name, application, balancer, listener, targetGroup: group, index });
      if (index > 0) this.#route(listener, application, hostPriority + index, group);
    });
    const scheme = this.#args.aws.certificate === undefined ? "http" : "https";
    return pulumi.interpolate`${scheme}://${balancer.dnsName}`;
  }

  #publicListener(balancer: LoadBalancer, group: TargetGroup | undefined): Listener {
    const { certificate } = this.#args.aws;
    const defaultActions = group ? [{ type: "forward", targetGroupArn: group.arn }] : [];
    const loadBalancerArn = balancer.arn;
    if (certificate === undefined)
      return this.#listen("public-http", { loadBalancerArn, port: 80, protocol: "HTTP", defaultActions });
    this.#listen("public-redirect", {
      loadBalancerArn,
      port: 80,
      protocol: "HTTP",
      defaultActions: [
        { type: "redirect", redirect: { port: "443", protocol: "HTTPS", statusCode: "HTTP_301" } },
      ],
    });
    return this.#listen("public-https", {
      loadBalancerArn,
      port: 443,
      protocol: "HTTPS",
      sslPolicy: tlsPolicy,
      certificateArn: certificate,
      defaultActions,
    });
  }

  #route(listener: Listener, { name, hosts }: PlacedApplication, priority: number, group: TargetGroup): void {
    const rule = new ListenerRule(
      `public-${name}`,
      {
        listenerArn: listener.arn,
        priority,
        conditions: [{ hostHeader: { values: hosts } }],
        actions: [{ type: "forward", targetGroupArn: group.arn }],
      },
      { parent: this },
    );
    this.listeners.push(rule);
  }

  #listen(name: string, args: ConstructorParameters<typeof Listener>[1]): Listener {
    const listener = new Listener(name, args, { parent: this });
    this.listeners.push(listener);
    return listener;
  }
}
