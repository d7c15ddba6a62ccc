import { deepEqual, equal } from "node:assert/strict";
import { edgeConfiguration, type EdgePlan } from "../../fleets/edge/configuration.ts";
import { application, plan, twoPublic, withPorts } from "./edgePlans.ts";

const wanted = `global
  log stdout format raw local0 notice
  stats socket /run/haproxy/admin.sock mode 600 level admin
  stats socket ipv4@127.0.0.1:9901 level user
  server-state-file /run/haproxy/servers.state
  hard-stop-after 45s
resolvers engine
  nameserver dns 127.0.0.11:53
  accepted_payload_size 8192
  timeout resolve 500ms
  timeout retry 500ms
  hold valid 1s
defaults
  mode http
  log global
  load-server-state-from-file global
  balance leastconn
  option redispatch 1
  retries 5
  retry-on conn-failure empty-response
  option idle-close-on-response
  option dontlog-normal
  timeout connect 2s
  timeout client 75s
  timeout server 75s
  timeout http-request 15s
  timeout queue 15s
  timeout check 2s
  default-server check inter 250ms fall 2 rise 1 resolvers engine resolve-prefer ipv4 init-addr none
  timeout http-keep-alive 40s
frontend public
  bind :80
  http-request disable-l7-retry unless METH_GET or METH_HEAD or METH_OPTIONS
  http-request del-header ^(x[-_]forwarded[-_].*|forwarded|x[-_]real[-_]ip)$ -m reg
  http-request set-header X-Forwarded-Proto http unless { req.hdr(X-Forwarded-Proto) -m found }
  http-request set-header X-Forwarded-Host %[req.hdr(Host)] unless { req.hdr(X-Forwarded-Host) -m found }
  option forwardfor
  http-request set-var(proc.servers_site) nbsrv(site) unless { stopping }
  http-request set-var(proc.servers_unchecked_site) nbsrv(unchecked_site) unless { stopping }
  use_backend addressed_site if { var(proc.servers_unchecked_site) -m int eq 0 }
  use_backend unchecked_site if { var(proc.servers_site) -m int eq 0 }
  default_backend site
frontend to-orders
  bind :8082
  timeout http-keep-alive 10s
  http-request disable-l7-retry unless METH_GET or METH_HEAD or METH_OPTIONS
  http-request set-var(proc.servers_orders) nbsrv(orders) unless { stopping }
  http-request set-var(proc.servers_unchecked_orders) nbsrv(unchecked_orders) unless { stopping }
  use_backend addressed_orders if { var(proc.servers_unchecked_orders) -m int eq 0 }
  use_backend unchecked_orders if { var(proc.servers_orders) -m int eq 0 }
  default_backend orders
frontend to-site
  bind :8080
  timeout http-keep-alive 10s
  http-request disable-l7-retry unless METH_GET or METH_HEAD or METH_OPTIONS
  http-request set-var(proc.servers_site) nbsrv(site) unless { stopping }
  http-request set-var(proc.servers_unchecked_site) nbsrv(unchecked_site) unless { stopping }
  use_backend addressed_site if { var(proc.servers_unchecked_site) -m int eq 0 }
  use_backend unchecked_site if { var(proc.servers_site) -m int eq 0 }
  default_backend site
backend orders
  option httpchk
  http-check send meth GET uri /ready?deep=1 hdr Host orders
  http-check expect status 200
  server-template orders- 16 orders.application:8082
backend unchecked_orders
  server-template orders- 16 orders.application:8082 no-check
backend addressed_orders
  http-request do-resolve(txn.address,engine,ipv4) str(orders.application)
  http-request return status 503 unless { var(txn.address) -m found }
  http-request set-dst var(txn.address)
  http-request set-dst-port int(8082)
  server any 0.0.0.0:0 no-check
backend site
  option httpchk
  http-check send meth GET uri /healthz hdr Host site
  http-check expect status 200
  server-template site- 32 site.application:8080
backend unchecked_site
  server-template site- 32 site.application:8080 no-check
backend addressed_site
  http-request do-resolve(txn.address,engine,ipv4) str(site.application)
  http-request return status 503 unless { var(txn.address) -m found }
  http-request set-dst var(txn.address)
  http-request set-dst-port int(8080)
  server any 0.0.0.0:0 no-check`;

describe("the edge's configuration", () => {
  it("is, for one public and one internal application,", () => {
    equal(edgeConfiguration(plan), wanted);
  });

  it("takes requests for an application at another port than its own, where that is taken", () => {
    const own = { ...plan, applications: [application("orders", 8082, { edgePort: 20_500 })] };
    deepEqual(
      edgeConfiguration(own)
        .split("\n")
        .filter((line) => /8082|20500/.test(line)),
      [
        "  bind :20500",
        "  server-template orders- 16 orders.application:8082",
        "  server-template orders- 16 orders.application:8082 no-check",
        "  http-request set-dst-port int(8082)",
      ],
    );
  });

  it("closes idle connections before a drain ends, so that its end cuts none", () => {
    const idle = (drainSeconds: number) =>
      [...edgeConfiguration({ ...plan, drainSeconds }).matchAll(/timeout http-keep-alive (\d+)s/g)].map(
        ([, seconds]) => Number(seconds),
      );
    deepEqual(idle(300), [60, 10, 10]);
    deepEqual(idle(12), [7, 7, 7]);
    deepEqual(idle(1), [1, 1, 1]);
  });

  it("tells public applications apart by their host names; the first gets the rest", () => {
    const lines = edgeConfiguration(twoPublic).split("\n");
    const from = lines.indexOf("frontend public");
    deepEqual(lines.slice(from + 7, from + 17), [
      "  http-request set-var(proc.servers_docs) nbsrv(docs) unless { stopping }",
      "  http-request set-var(proc.servers_unchecked_docs) nbsrv(unchecked_docs) unless { stopping }",
      "  http-request set-var(proc.servers_site) nbsrv(site) unless { stopping }",
      "  http-request set-var(proc.servers_unchecked_site) nbsrv(unchecked_site) unless { stopping }",
      "  use_backend addressed_site if { hdr(host),field(1,:) -i www.example example } { var(proc.servers_unchecked_site) -m int eq 0 }",
      "  use_backend unchecked_site if { hdr(host),field(1,:) -i www.example example } { var(proc.servers_site) -m int eq 0 }",
      "  use_backend site if { hdr(host),field(1,:) -i www.example example }",
      "  use_backend addressed_docs if { var(proc.servers_unchecked_docs) -m int eq 0 }",
      "  use_backend unchecked_docs if { var(proc.servers_docs) -m int eq 0 }",
      "  default_backend docs",
    ]);
  });

  it("names many hosts in several lines, which HAProxy takes 64 words of", () => {
    const hosts = Array.from({ length: 12 }, (_, index) => `${index}.example`);
    const own = { ...twoPublic, applications: twoPublic.applications.map((each) => ({ ...each, hosts })) };
    const lines = edgeConfiguration(own).split("\n");
    const named = lines.filter((line) => line.startsWith("  use_backend site if { hdr(host)"));
    deepEqual(
      named.map((line) => line.match(/\d+\.example/g)),
      [hosts.slice(0, 5), hosts.slice(5, 10), hosts.slice(10)],
    );
  });

  it("takes the word of declared proxies alone, however many", () => {
    const proxies = Array.from({ length: 120 }, (_, index) => `10.0.${index}.0/24`);
    const text = edgeConfiguration({ ...plan, proxies });
    deepEqual(
      [...text.matchAll(/acl from_proxy src (.*)/g)].flatMap(([, some = ""]) => some.split(" ")),
      proxies,
    );
    equal(/del-header .* -m reg unless from_proxy\n/.test(text), true);
  });

  it("speaks TLS beside HTTP, which it sends there, but for what a declared proxy has had by TLS", () => {
    const added = (own: Partial<EdgePlan>) => {
      const { tls, ...without } = { ...plan, ...own };
      equal(tls === undefined, false);
      const known = edgeConfiguration(without).split("\n");
      const lines = edgeConfiguration({ ...plan, ...own }).split("\n");
      return lines.filter((line) => !known.includes(line) && !line.includes("ssl-default"));
    };
    const bind = "  bind :443 ssl crt /run/haproxy/certificates alpn h2,http/1.1";
    const to = (host: string, more = "") =>
      `  http-request redirect code 308 location https://${host}%[pathq] if !{ ssl_fc }${more}`;
    const told =
      "  http-request set-header X-Forwarded-Proto %[ssl_fc,iif(https,http)] unless { req.hdr(X-Forwarded-Proto) -m found }";
    const host = "%[req.hdr(Host),host_only]";
    deepEqual(added({ tls: { port: 443, redirect: true } }), [bind, to(host), told]);
    const proxies = ["10.0.0.0/8"];
    deepEqual(added({ proxies, tls: { port: 8443, redirect: true } }), [
      ...[bind, to(`${host}:8443`, " !{ req.hdr(X-Forwarded-Proto) -i https }"), told],
    ]);
    deepEqual(added({ tls: { port: 443, redirect: false } }), [bind, told]);
    // An authority's questions come without TLS, and are led to who answers them before they are to any application.
    const lines = added({ tls: { port: 443, redirect: true, acme: true } });
    deepEqual(lines, [
      bind.replace(" alpn", " strict-sni alpn"),
      to(host, " !{ path_beg /.well-known/acme-challenge/ }"),
      told,
      "  use_backend acme_challenge if { path_beg /.well-known/acme-challenge/ }",
      "backend acme_challenge",
      "  server-template acme- 4 acme:8402",
    ]);
    const all = edgeConfiguration({ ...plan, tls: { port: 443, redirect: true, acme: true } }).split("\n");
    const first = all.findIndex((line) => line.includes("_backend "));
    equal(all[first], lines[3]);
  });

  it("checks health by the host name and the status that the application says", () => {
    const own = { healthHost: "shop.example", healthStatus: 204 };
    const lines = edgeConfiguration({ ...plan, applications: [application("orders", 8082, own)] }).split(
      "\n",
    );
    deepEqual(
      lines.filter((line) => line.startsWith("  http-check")),
      ["  http-check send meth GET uri /healthz hdr Host shop.example", "  http-check expect status 204"],
    );
  });

  it("deals the requests of a fleet in turns where old and new boxes have shares, which the next edge knows", () => {
    const known = edgeConfiguration(withPorts).split("\n");
    const lines = edgeConfiguration({ ...withPorts, dealt: ["shop"] }).split("\n");
    const template = (name: string, port: number, options: string) =>
      `  server-template ${name}- 16 orders.application:${port}${options} init-addr last,none`;
    const served = [
      ["orders", 8082, ""],
      ["orders.rpc", 50_051, " proto h2"],
      ["orders.mail-in", 25, ""],
    ] as const;
    deepEqual(
      lines.filter((line) => !known.includes(line)),
      served.flatMap(([name, port, options]) => [
        "  balance roundrobin",
        template(name, port, options),
        template(name, port, `${options} no-check`),
      ]),
    );
    equal(lines.length, known.length + 3);
  });

  it("has mutable hosts beside boxes, or in reserve behind them", () => {
    const hosts = [
      { server: "host-a", address: "10.0.0.5", backup: false },
      { server: "host-b", address: "b.example.org", backup: false },
    ];
    const reserve = hosts.map((host) => ({ ...host, backup: true }));
    const lines = (own: EdgePlan["hosts"]) => edgeConfiguration({ ...plan, hosts: own }).split("\n");
    deepEqual(
      lines({ web: hosts }).filter((line) => !wanted.split("\n").includes(line)),
      [
        "  server host-a 10.0.0.5:8080",
        "  server host-b b.example.org:8080",
        "  server host-a 10.0.0.5:8080 no-check",
        "  server host-b b.example.org:8080 no-check",
      ],
    );
    deepEqual(
      lines({ shop: reserve }).filter((line) => !wanted.split("\n").includes(line)),
      [
        "  option allbackups",
        "  server host-a 10.0.0.5:8082 backup",
        "  server host-b b.example.org:8082 backup",
        "  server host-a 10.0.0.5:8082 no-check",
        "  server host-b b.example.org:8082 no-check",
      ],
    );
  });

  it("has a load balancer before instances, with what was there before in reserve", () => {
    const hosts = { shop: [{ server: "host-a", address: "10.0.0.5", backup: true }] };
    const text = edgeConfiguration({ ...plan, hosts, balancers: { shop: "inside.elb.example" } });
    const backend = /\nbackend orders[^]*(?=\nbackend site)/.exec(text)?.[0] ?? "";
    equal(
      backend,
      `
backend orders
  option httpchk
  option allbackups
  http-check send meth GET uri /ready?deep=1 hdr Host orders
  http-check expect status 200
  server-template balancer- 8 inside.elb.example:8082
  server-template orders- 16 orders.application:8082 backup
  server host-a 10.0.0.5:8082 backup
backend unchecked_orders
  server-template balancer- 8 inside.elb.example:8082 no-check
  server-template orders- 16 orders.application:8082 no-check
  server host-a 10.0.0.5:8082 no-check
backend addressed_orders
  http-request do-resolve(txn.address,engine,ipv4) str(inside.elb.example)
  http-request return status 503 unless { var(txn.address) -m found }
  http-request set-dst var(txn.address)
  http-request set-dst-port int(8082)
  server any 0.0.0.0:0 no-check`,
    );
    equal(text.replace(backend, ""), wanted.replace(/\nbackend orders[^]*(?=\nbackend site)/, ""));
  });

  it("has no public frontend where nothing is public", () => {
    const text = edgeConfiguration({ ...plan, applications: [application("orders", 8082)] });
    equal(text.includes("frontend public"), false);
  });
});
