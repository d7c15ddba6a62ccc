import { deepEqual, equal, throws } from "node:assert/strict";
import { kamalServices } from "../../../../operations/adopt/kamal/document.ts";
import { filledTemplates } from "../../../../operations/adopt/kamal/templates.ts";
import { planServices } from "../../../../operations/adopt/services/plan.ts";
import type { ServicesProposal } from "../../../../operations/adopt/services/ServicesProposal.ts";
import { collected } from "../../../../operations/adopt/services/told.ts";
import { yamlTree } from "../../../../operations/adopt/services/yamlTree.ts";
import { checkedProposal } from "../checkedProposal.ts";
import { linesOf } from "../compose/composed.ts";

function ofKamal(text: string, variables: Record<string, string> = {}): ServicesProposal {
  const told = collected();
  const tree = yamlTree("deploy.yml", filledTemplates(text, variables));
  return planServices(kamalServices(tree, told.say), told, { variables, suspicious: new Set() });
}

describe("Kamal's deploy.yml", () => {
  const proposal = ofKamal(
    `
service: shop
image: team/shop
registry: { server: registry.example, username: <%= ENV["USER_NAME"] %>, password: [REGISTRY_PASSWORD] }
servers:
  web: [192.0.2.1, 192.0.2.2]
  job: { hosts: [192.0.2.3], cmd: bin/jobs --queues "a b", env: { clear: { QUEUES: 2 } }, labels: { a: b } }
proxy: { ssl: true, host: Shop.example.com, app_port: 3000, buffering: {}, healthcheck: { path: /health, timeout: 90 } }
env:
  clear: { DB_HOST: shop-db, LEVEL: <%= ENV.fetch("LEVEL", "info") %>, ZONE: <%= ENV["ZONE"] || "a" %> }
  secret: [RAILS_MASTER_KEY, "DATABASE_PASSWORD:DB_PASSWORD"]
volumes: ["shop_storage:/rails/storage"]
drain_timeout: 45
builder: { arch: amd64 }
ssh: { user: app }
asset_path: /rails/public/assets
retain_containers: 3
logging: { driver: journald }
accessories:
  db:
    image: mysql:8.0
    host: 192.0.2.2
    port: "127.0.0.1:3306:3306"
    env: { clear: { MYSQL_DATABASE: shop }, secret: ["MYSQL_ROOT_PASSWORD:DB_PASSWORD"] }
    files: [config/my.cnf:/etc/mysql/my.cnf]
    directories: [data:/var/lib/mysql]
  redis: { image: valkey/valkey:8, directories: [data:/data], cmd: valkey-server --appendonly yes }
`,
    { LEVEL: "debug" },
  );

  it("becomes an application, workers of its image, and accessories", () => {
    checkedProposal(proposal);
    deepEqual(proposal.topology.applications, {
      shop: {
        image: "registry.example/team/shop:latest",
        port: 3000,
        health: "/health",
        public: true,
        uses: ["db"],
        volumes: { "shop-storage": "/rails/storage" },
      },
      "shop-job": {
        of: "shop",
        command: ["bin/jobs", "--queues", "a b"],
        uses: ["db"],
        volumes: { "shop-storage": "/rails/storage" },
      },
    });
    deepEqual(Object.keys(proposal.topology.accessories), ["db", "redis"]);
    const shared = {
      DB_HOST: "db",
      LEVEL: "debug",
      ZONE: "a",
      RAILS_MASTER_KEY: "${secret:rails-master-key}",
      DATABASE_PASSWORD: "${secret:db-password}",
    };
    deepEqual(proposal.environment, {
      edge: { layer: "haproxy", port: 80, address: "0.0.0.0" },
      hosts: { shop: ["shop.example.com"] },
      accessories: {
        db: { environment: { MYSQL_DATABASE: "shop", MYSQL_ROOT_PASSWORD: "${secret:db-password}" } },
        redis: {},
      },
      applications: {
        shop: { environment: shared },
        "shop-job": { environment: { ...shared, QUEUES: "2" } },
      },
      fleets: { shop: { drainSeconds: 45, gate: { timeoutSeconds: 90 } }, "shop-job": { drainSeconds: 45 } },
    });
  });

  it("gives its accessories the files that Kamal brings to the machine", () => {
    deepEqual(proposal.topology.accessories["db"]?.files, { "/etc/mysql/my.cnf": "config/my.cnf" });
    deepEqual(
      linesOf(proposal, "todo").filter((line) => line.includes("my.cnf")),
      [
        "accessories.db.files[0]: copy ./config/my.cnf into this project, as config/my.cnf: it is part of the image",
      ],
    );
  });

  it("has one line for whatever cannot be carried over", () => {
    deepEqual(
      linesOf(proposal, "left").map((line) => line.split(": ")[0]),
      [
        "ssh",
        "asset_path",
        "builder",
        "proxy.ssl",
        "proxy.buffering",
        "accessories.db.host",
        "servers.web",
        "servers.job.labels",
        "servers.job",
        "servers.web.logging",
        "servers.job.logging",
      ],
    );
  });

  it("is taken with templates that nobody fills in", () => {
    const open = ofKamal(`
service: shop
image: <%= ENV["OWNER"] %>/shop
servers: [<%= ENV["HOST_IP"] %>]
proxy: { host: <%= ENV["HOST"] %> }
env: { LEVEL: <%= ENV["LEVEL"] %>, SECRET: <%= ENV["SECRET_KEY"] %>, OTHER: <%= \`git describe\`.strip %> }
`);
    checkedProposal(open);
    equal(open.topology.applications["shop"]?.image, "registry.example/shop:latest");
    deepEqual(open.environment.applications, { shop: { environment: { SECRET: "${secret:secret-key}" } } });
    deepEqual(linesOf(open, "left"), [
      "image: OWNER is not set, and registry.example/shop is proposed; set it in .env beside the file, and adopt again",
      "proxy: HOST is not set; set it in .env beside the file, and adopt again",
      "servers: HOST_IP is not set; set it in .env beside the file, and adopt again",
      "env.LEVEL: LEVEL is not set; set it in .env beside the file, and adopt again, or leave it out",
      "env.OTHER: a template is not set; set it in .env beside the file, and adopt again, or leave it out",
    ]);
  });

  it("keeps wildcards and paths of host names, which are taken off unless it says otherwise", () => {
    const routed = ofKamal(`
service: shop
image: shop
servers:
  web: [192.0.2.1]
  admin: { hosts: [192.0.2.1], proxy: { host: shop.example.com, path_prefix: admin, strip_path_prefix: false } }
  docs: { hosts: [192.0.2.1], proxy: { host: shop.example.com, path_prefix: "/docs/" } }
  other: { hosts: [192.0.2.1], proxy: { host: other.example.com, path_prefix: "/a b" } }
proxy: { hosts: ["Shop.example.com", "*.shop.example.com"], path_prefix: / }
`);
    checkedProposal(routed);
    deepEqual(routed.environment.hosts, {
      shop: ["shop.example.com", "*.shop.example.com"],
      "shop-admin": ["shop.example.com"],
      "shop-docs": ["shop.example.com"],
      "shop-other": ["other.example.com"],
    });
    deepEqual(
      Object.entries(routed.topology.applications).map(([name, { pathPrefixes, stripPathPrefix }]) => [
        ...[name, pathPrefixes, stripPathPrefix],
      ]),
      [
        ["shop", undefined, undefined],
        ["shop-admin", ["/admin"], undefined],
        ["shop-docs", ["/docs"], true],
        ["shop-other", undefined, undefined],
      ],
    );
    deepEqual(
      linesOf(routed, "left").filter((line) => line.includes("path_prefix")),
      ["proxy.path_prefix: is no path that pathPrefixes takes (docs/configuration.md)"],
    );
  });

  it("is refused where it is none", () => {
    throws(() => ofKamal("service: shop\nservers: 5\n"), {
      message: [
        "image: expected the name of the image, got nothing; add it",
        "servers: expected a list of hosts, or roles with theirs, got 5; correct it",
      ].join("\n"),
    });
    for (const [part, message] of [
      ["proxy: { app_port: web }", "proxy.app_port: expected a port from 1 to 65535, got web; correct it"],
      ["drain_timeout: soon", "drain_timeout: expected a number that is not negative, got soon; correct it"],
      ["volumes: [data]", "volumes[0]: expected a volume such as data:/data, got data; correct it"],
      [
        "accessories: { db: { image: a, port: any } }",
        "accessories.db.port: expected a port such as 3306, got any; correct it",
      ],
    ] as const)
      throws(() => ofKamal(`service: shop\nimage: shop\n${part}\n`), { message });
  });
});
