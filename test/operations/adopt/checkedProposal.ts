import { deepEqual } from "node:assert/strict";
import { parse } from "yaml";
import { ConfigurationError } from "../../../config/problem.ts";
import { validate } from "../../../config/read/validate.ts";
import type { Configuration } from "../../../config/schema.ts";
import { proposedStack, proposedTopology } from "../../../operations/adopt/services/proposalText.ts";
import type { ServicesProposal } from "../../../operations/adopt/services/ServicesProposal.ts";
import { pinPlace, withPin } from "../../../operations/pin/place.ts";

/**
 * The configuration that the written files of a proposal are, once each line that says `npm run pin` was followed, and no other. Before,
 * nothing but those pins may be wrong with it.
 * @throws ConfigurationError when it does not pass the check.
 */
export function checkedProposal(proposal: ServicesProposal): Configuration {
  const pins = proposal.lines.flatMap(({ text }) =>
    [...(/^npm run pin -- (\S+) (\S+)$/g.exec(text) ?? [])].slice(1, 2),
  );
  deepEqual(unpinned(proposal), pins.toSorted());
  const topology = pins.reduce(pinned, proposedTopology(proposal));
  return configurationOf(topology, proposal);
}

/** As `npm run pin` writes it, with a digest that stands for the registry's. */
function pinned(text: string, name: string): string {
  const place = pinPlace(text, name);
  return withPin(text, place, `${place.image ?? ""}@sha256:${"a".repeat(64)}`);
}

/** The parts whose image the check refuses for its tag. @throws ConfigurationError for any other problem. */
function unpinned(proposal: ServicesProposal): string[] {
  try {
    configurationOf(proposedTopology(proposal), proposal);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    const others = error.problems.filter(
      ({ expected }) => !expected.startsWith("an image pinned by its digest"),
    );
    if (others.length > 0) throw error;
    return error.problems.map(({ path }) => path.split(".")[1] ?? "").sort();
  }
}

function configurationOf(topology: string, proposal: ServicesProposal): Configuration {
  const { config } = parse(topology) as { config: Record<string, { value: unknown }> };
  const shared = Object.entries(config).map(([key, { value }]) => [key, value] as const);
  const stack = parse(proposedStack(proposal)) as { config: Record<string, unknown> };
  return validate(
    { ...Object.fromEntries(shared), environment: stack.config["environment"] },
    {
      roles: ["base", "haproxy"],
      exists: () => true,
      secrets: proposal.secrets.map(({ name }) => name),
    },
  );
}
