import { ConfigurationError } from "../../config/problem.ts";
import { longestVariableBytes } from "../../config/references/variables.ts";
import { edgeConfiguration, type EdgePlan } from "./configuration.ts";

/** What a load balancer before instances adds for an application, at most. */
const balancerBytes = 512;

/** @throws ConfigurationError when the edge's configuration is longer than a variable of a box may be, by which it comes. */
export function refuseTooLong(plan: EdgePlan): void {
  const most = longestVariableBytes - balancerBytes * plan.applications.length;
  const bytes = Buffer.byteLength(`EDGE_CONFIGURATION=${edgeConfiguration(plan)}\0`);
  if (bytes <= most) return;
  throw new ConfigurationError([
    {
      path: "environment.hosts",
      expected: `host names and paths that the edge's configuration has room for (${most} bytes in all)`,
      got: `${bytes} bytes`,
      fix: "leave some out, or name several by *.example.com",
    },
  ]);
}
