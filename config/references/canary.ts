import { isServed } from "../worker.ts";
import type { Problem } from "../problem.ts";
import type { Configuration } from "../schema.ts";

type Placement = Configuration["environment"]["fleets"][string];

/** Keys of `swap` that only containers have, beside `canary`. */
const ofSteps = ["slowerPercent", "minimumRequests", "patienceSeconds", "tooFewRequests"] as const;
/** … and at all. */
const ofContainers = [...ofSteps, "maxSurge"] as const;

/** What is wrong where the requests of fleets of containers or instances go over step by step. */
export function canaryProblems(configuration: Configuration): Problem[] {
  const { fleets, edge, aws } = configuration.environment;
  // What the other target needs may stand there, so that a move is one line.
  const mayMove = edge !== undefined && aws !== undefined;
  return Object.entries(fleets).flatMap(([name, placement]) => {
    const { target, swap } = placement;
    if (!swap || (target !== "containers" && target !== "instances")) return [];
    return [
      ...(mayMove ? [] : strangeTo(name, placement)),
      ...(swap.canary === undefined ? withoutSteps(name, placement) : stepProblems(name, placement)),
      ...(swap.canary && target === "containers" ? dealingProblems(name, configuration) : []),
    ];
  });
}

function problem(name: string, key: string, expected: string, got: string, fix: string): Problem {
  return { path: `environment.fleets.${name}.swap${key}`, expected, got, fix };
}

/** Something is said of the swap; what is said of steps needs some. */
function withoutSteps(name: string, { swap }: Placement): Problem[] {
  if (swap?.maxSurge === undefined)
    return [problem(name, "", "canary, or maxSurge", "neither", "add one, or remove swap")];
  const needless = ofSteps.filter((key) => swap[key] !== undefined);
  return needless.map((key) =>
    problem(name, `.${key}`, "canary beside it", "maxSurge", "remove it: no shares are compared in turns"),
  );
}

/** The steps rise, and end with all requests; containers are compared before that. For a share, all boxes are there. */
function stepProblems(name: string, { swap, target }: Placement): Problem[] {
  const steps = swap?.canary ?? [];
  if (swap?.maxSurge !== undefined) {
    const expected = "none beside canary, which needs all new boxes beside all old ones";
    return [problem(name, ".maxSurge", expected, String(swap.maxSurge), "remove one of them")];
  }
  const rising = steps.every((percent, index) => index === 0 || percent > (steps[index - 1] ?? 0));
  if (!rising || steps.at(-1) !== 100)
    return [
      problem(name, ".canary", "percents that rise and end with 100", steps.join(", "), "correct them"),
    ];
  if (target === "instances" || steps.length > 1) return [];
  const expected = "a step before 100, in which old and new boxes are compared";
  return [problem(name, ".canary", expected, "100", "put 10 before it, or remove swap")];
}

/** Keys that only the other target has. */
function strangeTo(name: string, { swap, target }: Placement): Problem[] {
  if (target === "containers") {
    const { alarms = [] } = swap ?? {};
    const expected = "no alarms of CloudWatch where boxes are containers";
    return alarms.length === 0 ? [] : [problem(name, ".alarms", expected, alarms.join(", "), "remove them")];
  }
  return ofContainers
    .filter((key) => swap?.[key] !== undefined)
    .map((key) => {
      const fix = key === "maxSurge" ? "remove it" : "remove it, or use alarms";
      return problem(name, `.${key}`, "target: containers beside it", "instances", fix);
    });
}

/** It is the edge that deals requests, to applications that take some. */
function dealingProblems(name: string, { environment, fleets, applications }: Configuration): Problem[] {
  const served = (fleets[name]?.applications ?? []).filter((each) => {
    const application = applications[each];
    return application !== undefined && isServed(application);
  });
  const fix = "add one, or remove swap";
  const missing =
    environment.edge === undefined
      ? [problem(name, "", "an edge, which deals the requests", "none", fix)]
      : [];
  if (served.length > 0) return missing;
  return [...missing, problem(name, "", "an application that takes requests", "none", "remove swap")];
}
