import { deepEqual, equal, notEqual } from "node:assert/strict";
import { servicesText } from "../../../../operations/adopt/services/proposalText.ts";
import { edgePorts } from "../../../../plan/glue/edgePorts.ts";
import { checkedProposal } from "../checkedProposal.ts";
import { composed, composedServices, linesOf } from "./composed.ts";

const digest = `sha256:${"b".repeat(64)}`;

describe("services of a Compose file", () => {
  it("become applications with an edge, workers, accessories and tasks", () => {
    const proposal = composed(`
x-app: &app
  image: registry.example/shop:1.4
  environment: &env { DATABASE_URL: "postgres://shop:hunter2@db:5432/shop", LEVEL: info }
services:
  web:
    <<: *app
    command: gunicorn shop --bind 0.0.0.0:8000
    environment: { <<: *env, LEVEL: debug }
    ports: ["8080:8000"]
    depends_on: { db: { condition: service_healthy }, migrate: { condition: service_completed_successfully } }
    healthcheck: { test: [CMD, curl, -f, "http://localhost:8000/up"], interval: 20s, retries: 6 }
    stop_grace_period: 1m30s
    deploy: { replicas: 3, resources: { limits: { memory: 512M, cpus: "0.5" } } }
  worker: { <<: *app, command: [celery, worker], mem_limit: 1g, cpus: 2, restart: always, healthcheck: { test: celery ping } }
  migrate: { <<: *app, command: ./manage.py migrate, restart: "no", environment: { <<: *env, LEVEL: debug } }
  db:
    image: postgres:16
    environment: [POSTGRES_USER=shop, POSTGRES_PASSWORD=hunter2]
    volumes: ["data:/var/lib/postgresql/data"]
    healthcheck: { test: [CMD-SHELL, "pg_isready -U $$POSTGRES_USER"] }
    mem_limit: 256m
volumes: { data: {} }
`);
    checkedProposal(proposal);
    deepEqual(proposal.topology.applications, {
      web: {
        image: "registry.example/shop:1.4",
        command: ["gunicorn", "shop", "--bind", "0.0.0.0:8000"],
        port: 8000,
        health: "/up",
        public: true,
        uses: ["db"],
        tasks: { migrate: { command: ["./manage.py", "migrate"] } },
        before: ["migrate"],
      },
      worker: { of: "web", command: ["celery", "worker"], ready: ["sh", "-c", "celery ping"], uses: ["db"] },
    });
    deepEqual(proposal.topology.accessories, {
      db: {
        image: "postgres:16",
        port: 5432,
        volume: "/var/lib/postgresql/data",
        ready: ["sh", "-c", "pg_isready -U $POSTGRES_USER"],
      },
    });
    deepEqual(proposal.topology.fleets, {
      web: { applications: ["web"] },
      worker: { applications: ["worker"] },
    });
    const url = "postgres://shop:${secret:postgres-password}@db:5432/shop";
    deepEqual(proposal.environment, {
      edge: { layer: "haproxy", port: 8080, address: "0.0.0.0" },
      accessories: {
        db: {
          memory: "256 MiB",
          environment: { POSTGRES_USER: "shop", POSTGRES_PASSWORD: "${secret:postgres-password}" },
        },
      },
      applications: {
        web: { environment: { DATABASE_URL: url, LEVEL: "debug" } },
        worker: { environment: { DATABASE_URL: url, LEVEL: "info" } },
      },
      fleets: {
        web: { boxes: 3, memory: "512 MiB", cpus: 0.5, drainSeconds: 90, gate: { timeoutSeconds: 120 } },
        worker: { memory: "1 GiB", cpus: 2 },
      },
    });
    deepEqual(linesOf(proposal, "left"), []);
    deepEqual(linesOf(proposal, "changed"), [
      "services.worker: names no port, and is taken for a worker; add `expose` if it takes requests, and adopt again",
    ]);
    deepEqual(linesOf(proposal, "todo"), [
      "services.db: its data stays where it is; dump it there, and load it into the accessory's volume (/var/lib/postgresql/data) once that runs",
      "services.web.image: npm run pin -- web registry.example/shop:1.4",
      "services.db.image: npm run pin -- db postgres:16",
    ]);
    equal(
      servicesText(proposal, "prod").includes(
        "services.db.environment.POSTGRES_PASSWORD, services.web.environment.DATABASE_URL, services.worker.environment.DATABASE_URL: npm run secrets -- set postgres-password --stack prod",
      ),
      true,
    );
  });

  it("are given files that lie beside the Compose file and are only read, where the image is somebody else's", () => {
    const volumes = [
      "./conf/nginx.conf:/etc/nginx/nginx.conf",
      "./pages/:/srv/pages:ro",
      "./../x.conf:/x.conf",
    ];
    const proposal = composedServices({
      web: { image: `nginx@${digest}`, ports: [80], volumes },
      more: { image: `nginx@${digest}`, command: ["more"], volumes: [volumes[0], "./b.conf:/b.conf"] },
      own: { build: ".", ports: [81], volumes: ["./a.conf:/a.conf:ro"] },
      db: { image: `postgres@${digest}`, volumes: ["./init.sql:/docker-entrypoint-initdb.d/init.sql:ro"] },
    });
    checkedProposal(proposal);
    const { applications, accessories } = proposal.topology;
    deepEqual(
      [...Object.values(applications), ...Object.values(accessories)].map(({ files }) => files),
      [
        { "/etc/nginx/nginx.conf": "conf/nginx.conf", "/srv/pages": "pages" },
        ...[undefined, undefined],
        { "/docker-entrypoint-initdb.d/init.sql": "init.sql" },
      ],
    );
    deepEqual(
      linesOf(proposal, "left")
        .map((line) => line.split(": ")[0])
        .filter((each) => each?.includes("volumes"))
        .toSorted(),
      ["services.more.volumes[1]", "services.own.volumes[0]", "services.web.volumes[2]"],
    );
  });

  it("share named volumes, which no accessory has alone", () => {
    const own = { image: `shop@${digest}`, ports: [8000] };
    const proposal = composedServices({
      web: { ...own, volumes: ["uploads:/srv/uploads", "data:/backup:ro"] },
      worker: { image: own.image, command: ["work"], volumes: ["uploads:/in:ro", "cache:/c"] },
      db: { image: `postgres@${digest}`, volumes: ["data:/var/lib/postgresql/data"] },
    });
    checkedProposal(proposal);
    const { applications } = proposal.topology;
    deepEqual(applications["web"]?.volumes, { uploads: "/srv/uploads" });
    deepEqual(applications["worker"]?.volumes, { uploads: { path: "/in", readOnly: true }, cache: "/c" });
    deepEqual(linesOf(proposal, "left"), [
      "services.web.volumes[1]: data has the data of an accessory, which has it alone; ask the accessory",
    ]);
    const todo = linesOf(proposal, "todo").filter((line) => line.includes("stay where they are"));
    deepEqual(
      todo.map((line) => line.split(":")[0]),
      ["services.web.volumes[0]", "services.worker.volumes[1]"],
    );
  });

  it("are carried over whole, without a line, where everything is the same here", () => {
    const proposal = composedServices({
      web: {
        image: `nginxinc/nginx-unprivileged@${digest}`,
        ports: [{ target: 8080, published: "80", host_ip: "127.0.0.1", protocol: "tcp", mode: "host" }],
        healthcheck: { test: "curl -f localhost:8080/ready" },
        tmpfs: ["/var/cache/nginx", "/run/plugins:exec"],
        ulimits: { nproc: 100, nofile: { soft: 1024, hard: "65536" } },
        shm_size: "256m",
        init: true,
        volumes: [{ type: "tmpfs", target: "/scratch" }],
        cap_add: ["CAP_NET_BIND_SERVICE"],
        cap_drop: ["ALL"],
        read_only: true,
        security_opt: ["no-new-privileges:true"],
        logging: { driver: "journald", options: { tag: "web" } },
        restart: "unless-stopped",
        "x-note": "ours",
      },
    });
    checkedProposal(proposal);
    deepEqual(proposal.lines, []);
    deepEqual(proposal.topology.applications, {
      web: {
        image: `nginxinc/nginx-unprivileged@${digest}`,
        volatile: ["/var/cache/nginx", "/run/plugins:exec", "/scratch"],
        capabilities: ["NET_BIND_SERVICE"],
        ulimits: { nproc: 100, nofile: { soft: 1024, hard: 65_536 } },
        init: true,
        shmSize: "256 MiB",
        port: 8080,
        health: "/ready",
        public: true,
      },
    });
    deepEqual(proposal.environment, {
      edge: { layer: "haproxy", port: 80, address: "127.0.0.1" },
      logs: { driver: "journald", options: { tag: "web" } },
      fleets: { web: {} },
    });
  });

  it("have names and ports of their own, which the others are told", () => {
    const proposal = composedServices({
      front: {
        image: `a@${digest}`,
        ports: ["80:80"],
        environment: { API: "http://Api_1:3000/x", ADMIN: "http://admin:3000", HOST: "my_db" },
      },
      Api_1: { image: `b@${digest}`, expose: ["3000"], environment: { PORT: 3000 } },
      admin: { image: `c@${digest}`, expose: [3000], environment: { PORT: 3000 } },
      edge: { image: `d@${digest}` },
      my_db: { image: `redis@${digest}`, container_name: "cache" },
    });
    checkedProposal(proposal);
    const { applications, accessories } = proposal.topology;
    deepEqual(
      Object.entries({ ...applications, ...accessories }).map(([name, { port }]) => [name, port]),
      [
        ["front", 80],
        ["api-1", 3000],
        ["admin", 3000],
        ["edge-2", undefined],
        ["my-db", 6379],
      ],
    );
    deepEqual(applications["front"]?.uses, ["my-db"]);
    const ofAdmin = edgePorts({ applications }).get("admin");
    notEqual(ofAdmin, 3000);
    deepEqual(proposal.environment.applications, {
      front: { environment: { API: "http://edge:3000/x", ADMIN: `http://edge:${ofAdmin}`, HOST: "my-db" } },
      "api-1": { environment: { PORT: "3000" } },
      admin: { environment: { PORT: "3000" } },
    });
    deepEqual(linesOf(proposal, "left"), []);
    deepEqual(linesOf(proposal, "changed").slice(1), [
      "services.my_db: is an accessory, and gets a protected volume at /data",
      "services.front.environment.API: reaches api-1 as is proposed",
      "services.front.environment.ADMIN: reaches admin as is proposed",
      "services.front.environment.HOST: reaches my-db as is proposed",
    ]);
  });

  it("are told apart by host names where several are published, those of a proxy's labels where it has some", () => {
    const proposal = composedServices({
      a: { image: `a@${digest}`, ports: ["9000:9000"] },
      b: {
        image: `b@${digest}`,
        labels: {
          "traefik.http.routers.b.rule": "Host(`shop.example.com`) && PathPrefix(`/`)",
          "traefik.http.services.b.loadbalancer.server.port": 8000,
        },
      },
      c: { image: `c@${digest}`, labels: ["com.example.team=us"] },
    });
    checkedProposal(proposal);
    deepEqual(proposal.environment.hosts, { a: ["a.localhost"], b: ["shop.example.com"] });
    deepEqual(proposal.topology.applications["b"], {
      image: `b@${digest}`,
      port: 8000,
      health: "/",
      public: true,
    });
    deepEqual(linesOf(proposal, "left"), [
      "services.c.labels: boxes have no labels of yours; say what a proxy or a tool reads of them in its own settings",
    ]);
  });

  it("have the edge at the port at which they were published, not at another of theirs", () => {
    const ports = ["443:443", "8080:8000"];
    const proposal = composedServices({ web: { image: `a@${digest}`, ports } });
    deepEqual(proposal.environment.edge, { layer: "haproxy", port: 8080, address: "0.0.0.0" });
  });

  it("keep each task where two have one name here", () => {
    const task = (word: string) => ({ image: `a@${digest}`, command: word, restart: "no" });
    const proposal = composedServices({
      web: { image: `a@${digest}`, ports: [8000] },
      db_migrate: task("one"),
      "db-migrate": task("two"),
    });
    checkedProposal(proposal);
    deepEqual(proposal.topology.applications["web"]?.tasks, {
      "db-migrate": { command: ["one"] },
      "db-migrate-2": { command: ["two"] },
    });
  });

  it("are started again whatever ended them", () => {
    const proposal = composedServices({
      web: { image: `a@${digest}`, ports: [8000], restart: "on-failure:3" },
      other: { image: `b@${digest}`, expose: [8001], restart: "no" },
    });
    deepEqual(linesOf(proposal, "changed"), [
      "services.web.restart: boxes are started again whatever ended them",
      "services.other.restart: boxes are started again whatever ended them",
    ]);
  });

  it("take a port that the others ask, where they name none", () => {
    const proposal = composedServices({
      web: { image: `a@${digest}`, ports: [8000], environment: { PDF: "http://pdf:3000" } },
      pdf: { image: `b@${digest}` },
    });
    checkedProposal(proposal);
    equal(proposal.topology.applications["pdf"]?.port, 3000);
  });
});
