import { deepEqual } from "node:assert/strict";
import { checkedProposal } from "../checkedProposal.ts";
import { composed, composedServices, linesOf } from "./composed.ts";

const digest = `sha256:${"b".repeat(64)}`;

/** A service's keys, and the lines of what of them cannot be carried over. */
const left: Record<string, [service: object, lines: string[]]> = {
  build: [
    { build: { context: "./app", dockerfile: "prod.Dockerfile", target: "run" }, image: undefined },
    [
      "services.web.build: no images are built from a Dockerfile here; docker build --tag registry.example/web:latest --file ./app/prod.Dockerfile --target run ./app, docker push registry.example/web:latest (with your registry's name), or make it a layer (docs/images.md)",
    ],
  ],
  "an entry point": [
    { entrypoint: ["/start.sh"] },
    [
      `services.web.entrypoint: the entry point of an image stays; make an image with another one (FROM a@${digest}, ENTRYPOINT […]), or say it all in command`,
    ],
  ],
  "a user": [
    { user: "1000" },
    ["services.web.user: boxes run as their image says; say it there (USER in its Dockerfile)"],
  ],
  "a signal to stop": [
    { stop_signal: "SIGINT" },
    ["services.web.stop_signal: boxes run as their image says; say it there (STOPSIGNAL in its Dockerfile)"],
  ],
  limits: [
    { ulimits: { files: 1024, nofile: -1 }, pids_limit: 100 },
    [
      "services.web.pids_limit: boxes have limits of memory and processors alone; leave it out",
      "services.web.ulimits.files: is not carried over, since it is not a limit that the engine knows; correct it",
      "services.web.ulimits.nofile: is not carried over, since it is not a number of files; correct it",
    ],
  ],
  "an unknown key": [
    { colour: "red" },
    ["services.web.colour: is not known here; look whether boxes need it"],
  ],
  volumes: [
    {
      volumes: [
        "uploads:/up",
        "./conf:/conf:ro",
        "/cache",
        "uploads:/again",
        "a:/up",
        "b:/",
        "c:/tmpfs",
        "/etc/shop:/shop:ro",
        "./data:/data",
      ],
      tmpfs: ["/tmpfs"],
    },
    [
      "services.web.volumes[2]: boxes of an application keep nothing without a name; /cache is as the image has it, or `volatile` where it may be empty at each start",
      "services.web.volumes[3]: uploads is in the box already; one place is enough",
      "services.web.volumes[4]: /up is in memory, or has another volume, already",
      "services.web.volumes[5]: / is no place for a volume; name one without spaces and colons",
      "services.web.volumes[6]: /tmpfs is in memory, or has another volume, already",
      "services.web.volumes[7]: no files of the machine are put into boxes; bring /etc/shop in the image: by `files` where it is not yours (docs/existing-images.md), else by COPY",
      "services.web.volumes[8]: no files of the machine are put into boxes; bring ./data in the image (COPY), or keep it in a named volume where it is data",
    ],
  ],
  configs: [
    { configs: ["http"] },
    [
      "services.web.configs[0]: no files are put into boxes; bring http in the image (COPY), or give what it says in variables",
    ],
  ],
  "other ports": [
    { ports: ["8000:8000", "9000:9000", "443:443", "2222:22", "53:53/udp"] },
    [
      "services.web.ports[4]: udp does not come through the edge; leave what needs it outside",
      "services.web.ports[1]: add it by hand, applications.web.ports: { NAME: 9000 } (docs/fleets.md, Several ports)",
      "services.web.ports[2]: the edge ends TLS by itself: set environment.edge.tls, with your certificate as a secret, or acme (docs/fleets.md)",
      "services.web.ports[3]: add it by hand, applications.web.ports: { NAME: { port: 22, protocol: tcp } } (docs/fleets.md, Several ports)",
    ],
  ],
  "a health check that is no request": [
    { healthcheck: { test: ["CMD", "/check"] } },
    [
      "services.web.healthcheck: is no request of its port, and the edge asks / instead; name a path in applications.web.health that answers 200 while it can serve",
    ],
  ],
  "no health check": [
    { healthcheck: { disable: true } },
    [
      "services.web.healthcheck: an image's own check is not switched off; take it out of the image (HEALTHCHECK NONE)",
    ],
  ],
  "a variable that is not set": [
    { environment: { A: "${NOWHERE}" }, hostname: "${NOWHERE}" },
    [
      "services.web.hostname: NOWHERE is not set; set it in .env beside the file, and adopt again",
      "services.web.environment.A: NOWHERE is not set; set it in .env beside the file, and adopt again, or leave it out",
    ],
  ],
  "a variable in lower case": [
    { environment: { "discovery.type": "single-node", _key: null } },
    [
      "services.web.environment.discovery.type: variables have names in capitals; have the program read another, or bring it in a file of the image",
      "services.web.environment._key: variables have names in capitals; have the program read another, or bring it in a file of the image",
    ],
  ],
  Swarm: [
    { deploy: { mode: "global", placement: {}, replicas: 2000, restart_policy: { condition: "any" } } },
    [
      "services.web.deploy.mode: belongs to Swarm; see environment.fleets in docs/configuration.md",
      "services.web.deploy.placement: belongs to Swarm; see environment.fleets in docs/configuration.md",
      "services.web: its boxes: is at most 1000 here, not 2000; have it need less",
    ],
  ],
  "how an update goes": [
    { deploy: { replicas: 4, update_config: { parallelism: 1, delay: "10s", failure_action: "rollback" } } },
    [
      "services.web.deploy.update_config.delay: has no part in a swap; see gate and swap in docs/configuration.md",
    ],
  ],
  networks: [
    { networks: { default: { aliases: ["shop"], ipv4_address: "10.0.0.2" } } },
    ["services.web.networks.default.ipv4_address: boxes have addresses of the engine's; reach them by name"],
  ],
  "an empty argument": [
    { command: ["serve", ""] },
    ["services.web.command: has an empty argument, which no command may have; say it otherwise"],
  ],
  "a command that reads a secret's file": [
    { command: "serve --key /run/secrets/key" },
    ["services.web.command: reads a secret's file, which no box has; have it read the variable"],
  ],
  "another name for one service alone": [
    { links: ["db:database", "cache"] },
    ["services.web.links[0]: a service has one name for all; call it db, not database"],
  ],
  "the engine's socket": [
    { volumes: ["/var/run/docker.sock:/var/run/docker.sock"] },
    ["services.web: works on the engine itself, over which boxes have no rights; leave it outside"],
  ],
  profiles: [
    { profiles: ["debug"] },
    ["services.web: runs with the profile debug alone; --profile debug adopts it too"],
  ],
  "another file": [
    { extends: { file: "other.yaml", service: "web" } },
    [
      "services.web.extends: reads another file; write what docker compose config prints into one file, and adopt that",
    ],
  ],
  "a file of variables that is not there": [
    { env_file: "none.env" },
    ["services.web.env_file[0]: none.env is not there; put it beside the Compose file, and adopt again"],
  ],
  "all capabilities": [
    { cap_add: ["ALL"], privileged: true },
    [
      "services.web.privileged: boxes have no rights over the machine; name single capabilities, or leave the service outside",
      "services.web.cap_add: ALL is the machine's root; name the single capabilities that it needs",
    ],
  ],
};

describe("what of a Compose file cannot be carried over", () => {
  for (const [what, [keys, lines]] of Object.entries(left))
    it(`is one line of ${what}`, () => {
      const proposal = composedServices({ web: { image: `a@${digest}`, ports: [8000], ...keys } });
      checkedProposal(proposal);
      deepEqual(linesOf(proposal, "left"), lines);
    });

  it("is a service that ends by itself with an image of its own, and one that keeps data but says not when it is ready", () => {
    const proposal = composedServices({
      web: {
        image: `a@${digest}`,
        ports: [8000],
        depends_on: {
          seed: { condition: "service_completed_successfully" },
          store: { condition: "service_started" },
        },
      },
      seed: { image: `b@${digest}`, command: "seed" },
      store: { image: `c@${digest}`, expose: [7000], volumes: ["store:/data"] },
      shared: { image: `a@${digest}`, command: "other", environment: { A: 1 }, restart: "no" },
    });
    checkedProposal(proposal);
    deepEqual(linesOf(proposal, "left"), [
      "services.seed: ends by itself, and no service that stays has its image: a task runs in that of its application; have one bring what seed does, as a command",
      "services.store: keeps data, and an accessory needs a command that says when it can serve (`healthcheck`); add it, and adopt again",
      "services.shared.environment: a task has the variables of its application, and web has not these: A; give them to web",
    ]);
    const { web } = proposal.topology.applications;
    deepEqual([web?.tasks, web?.before], [{ shared: { command: ["other"] } }, undefined]);
  });

  it("is what an accessory cannot have", () => {
    const proposal = composedServices({
      db: {
        image: `postgres@${digest}`,
        ports: ["5432:5432"],
        volumes: ["data:/var/lib/postgresql/data", "wal:/wal", "./init:/docker-entrypoint-initdb.d"],
        stop_grace_period: "61s",
        cpus: 1,
        scale: 2,
      },
    });
    checkedProposal(proposal);
    deepEqual(linesOf(proposal, "left"), [
      "services.db.volumes[1]: an accessory has one volume; keep its data in one folder",
      "services.db.volumes[2]: no files of the machine are put into boxes; bring ./init in the image (FROM …, COPY)",
      "services.db.ports[0]: accessories are reached by boxes alone; npm run exec -- FLEET opens a shell beside them",
      "services.db: an accessory is one box; have it run elsewhere, and give its `address`",
      "services.db.stop_grace_period: an accessory has 60 s to stop; have it stop faster",
      "services.db.cpus: accessories have a limit of memory alone; leave it out",
    ]);
  });

  it("is what stands beside the services: other files, networks, volumes of other drivers", () => {
    const proposal = composed(`
include: [other.yaml]
models: {}
services: { web: { image: "a@${digest}", ports: [8000] } }
networks: { back: { internal: true } }
volumes: { data: { driver: nfs } }
`);
    deepEqual(
      linesOf(proposal, "left").map((line) => line.split(":")[0]),
      ["models", "include", "networks", "volumes.data"],
    );
  });
});
