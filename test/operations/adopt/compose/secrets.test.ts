import { deepEqual } from "node:assert/strict";
import { proposedStack, servicesText } from "../../../../operations/adopt/services/proposalText.ts";
import { checkedProposal } from "../checkedProposal.ts";
import { composed, composedServices, linesOf } from "./composed.ts";

const digest = `sha256:${"b".repeat(64)}`;

describe("secrets of a Compose file", () => {
  const text = `
services:
  web:
    image: a@${digest}
    command: [serve, --token=geheim1]
    environment:
      API_TOKEN: geheim2
      SAME_PASSWORD: geheim8
      URL: "amqp://u:geheim3@q/x?y=$\${z}"
      MADE: "\${MADE_SECRET:-geheim4}"
      GIVEN: "\${GIVEN_PASSWORD}"
      NEEDED: "\${NEEDED_PASSWORD:?say it}"
      ODD: "$\${secret:geheim5}"
      SCANNED: geheim6
      STRIPE_KEY:
    env_file: [web.env, { path: none.env, required: false }]
    labels: { token: "\${GIVEN_PASSWORD}" }
    secrets: [db, { source: other, target: /etc/other }]
  db:
    image: postgres@${digest}
    environment: { POSTGRES_PASSWORD_FILE: /run/secrets/db }
    secrets: [db]
secrets: { db: { file: ./geheim7.txt }, other: { external: true } }
`;
  const proposal = composed(text, {
    variables: { GIVEN_PASSWORD: "geheim8" },
    files: { "web.env": "# ours\nexport FILE_SECRET='geheim9'\nPLAIN=\"a b\"\n" },
    suspicious: ["geheim6"],
  });

  it("are in nothing that is written or shown", () => {
    const all = [JSON.stringify(proposal), servicesText(proposal, "dev"), proposedStack(proposal)].join("\n");
    deepEqual([...all.matchAll(/geheim\d/g)].flat(), []);
    checkedProposal(proposal);
  });

  it("are named in the environment", () => {
    deepEqual(proposal.environment.applications, {
      web: {
        environment: {
          FILE_SECRET: "${secret:file-secret}",
          PLAIN: "a b",
          API_TOKEN: "${secret:api-token}",
          SAME_PASSWORD: "${secret:same-password}",
          URL: "amqp://u:${secret:url-password}@q/x?y=${z}",
          MADE: "${secret:made-secret}",
          GIVEN: "${secret:same-password}",
          NEEDED: "${secret:needed-password}",
          ODD: "${secret:odd}",
          SCANNED: "${secret:scanned}",
          STRIPE_KEY: "${secret:stripe-key}",
        },
      },
    });
    deepEqual(proposal.environment.accessories, {
      db: { environment: { POSTGRES_PASSWORD: "${secret:db}" } },
    });
  });

  it("are left where none can be named, with a line", () => {
    deepEqual(linesOf(proposal, "left"), [
      "services.web.labels: has the secret GIVEN_PASSWORD, which everybody could read there; have the program read it from a variable",
      "services.web.secrets[0]: secrets come to boxes in variables, not as /run/secrets/db; have the program read ${secret:NAME} from one",
      "services.web.secrets[1]: secrets come to boxes in variables, not as /etc/other; have the program read ${secret:NAME} from one",
      "services.web.command: has a secret in its arguments, which everybody could read; have the program read it from a variable",
    ]);
    deepEqual(linesOf(proposal, "changed").slice(-1), [
      "services.db.environment.POSTGRES_PASSWORD_FILE: is POSTGRES_PASSWORD now, since secrets come to boxes in variables",
    ]);
  });

  it("are no part of what says that a service is ready, nor are their files", () => {
    const health = (word: string) => ({ test: ["CMD", "mysqladmin", "ping", `--password=${word}`] });
    const checked = composedServices({
      db: { image: `mariadb@${digest}`, healthcheck: health("geheim1") },
      other: {
        image: `mysql@${digest}`,
        healthcheck: { test: "mysqladmin ping --password=$$(cat /run/secrets/db)" },
      },
      worker: { image: `a@${digest}`, healthcheck: health("geheim1") },
    });
    checkedProposal(checked);
    const { db, other } = checked.topology.accessories;
    deepEqual(
      [db?.ready[0], other?.ready[0], checked.topology.applications["worker"]?.ready],
      ["healthcheck.sh", "mysqladmin", undefined],
    );
    deepEqual(
      linesOf(checked, "left").map((line) => line.split(/[;,]/)[0]),
      [
        "services.db.healthcheck: has a secret in its arguments",
        "services.other.healthcheck: reads a secret's file",
        "services.worker.healthcheck: has a secret in its arguments",
      ],
    );
  });
});
