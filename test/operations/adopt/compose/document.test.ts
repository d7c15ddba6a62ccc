import { deepEqual, throws } from "node:assert/strict";
import { checkedProposal } from "../checkedProposal.ts";
import { composed, composedServices } from "./composed.ts";

const digest = `sha256:${"b".repeat(64)}`;

describe("a service that extends another of its file", () => {
  it("has what that has, and its own over it", () => {
    const proposal = composedServices({
      base: {
        image: `a@${digest}`,
        command: "x",
        environment: ["A=1", "B=2"],
        expose: [8000],
        deploy: { replicas: 2, update_config: { parallelism: 1 } },
      },
      web: {
        extends: "base",
        command: "y",
        environment: { B: 3 },
        deploy: { resources: { limits: { cpus: 1 } } },
      },
    });
    checkedProposal(proposal);
    deepEqual(proposal.environment.applications, {
      base: { environment: { A: "1", B: "2" } },
      web: { environment: { A: "1", B: "3" } },
    });
    deepEqual(proposal.environment.fleets["web"], { boxes: 2, cpus: 1, swap: { maxSurge: 1 } });
    deepEqual(proposal.topology.applications["web"]?.command, ["y"]);
  });
});

describe("what is no Compose file", () => {
  for (const [text, message] of [
    ["- a\n", "compose.yaml: expected a map with the services, got a list; name another file"],
    ["a: b: c\n", /^compose\.yaml:1:4: expected YAML, got: Nested mappings .*; correct it$/],
    ["version: '3'\n", "services: expected a map with at least one service, got none; name another file"],
    [
      "services: { web: { ports: 80, command: {}, deploy: [] }, db: 5 }\n",
      [
        "services.web.command: expected a command, or a list of its words, got {}; correct it",
        "services.web.ports: expected a list of ports, got 80; correct it",
        "services.web.deploy: expected a map, got []; correct it",
        "services.db: expected a map, got 5; correct it",
      ].join("\n"),
    ],
    [
      "services: { web: { ports: [web] } }\n",
      "services.web.ports[0]: expected a port such as 8080:80, got web; correct it",
    ],
    [
      "services: { web: { scale: some } }\n",
      "services.web: expected a whole number of replicas, got another; correct it",
    ],
    [
      "services: { web: { mem_limit: much } }\n",
      "services.web: memory: expected an amount such as 512m, got much; correct it",
    ],
    [
      "services: { web: { image: 'a:${' } }\n",
      "services.web.image: expected $NAME, ${NAME} or $$, got ${; write $$ for a dollar sign",
    ],
    [
      "services: { web: { extends: wob } }\n",
      "services.web.extends: expected a service of this file, got wob; use one of web",
    ],
    [
      "services: { a: { extends: b }, b: { extends: a } }\n",
      "services.a.extends: expected no circle, got a → b → a; break it",
    ],
    [
      'services: { web: { command: "a\\0" } }\n',
      "services.web.command: expected text without NUL, got one; remove it",
    ],
  ] as const)
    it(`is refused: ${text.trim()}`, () => {
      throws(() => composed(text), { message });
    });
});
