import { deepEqual, equal } from "node:assert/strict";
import { edgeConfiguration } from "../../fleets/edge/configuration.ts";
import { plan, withPorts } from "./edgePlans.ts";

const rpc = `frontend to-orders.rpc
  bind :50051
  timeout http-keep-alive 10s
  timeout client 1h
  http-request disable-l7-retry unless METH_GET or METH_HEAD or METH_OPTIONS
  http-request del-header ^(x[-_]forwarded[-_].*|forwarded|x[-_]real[-_]ip)$ -m reg
  http-request set-header X-Forwarded-Proto http unless { req.hdr(X-Forwarded-Proto) -m found }
  http-request set-header X-Forwarded-Host %[req.hdr(Host)] unless { req.hdr(X-Forwarded-Host) -m found }
  option forwardfor
  http-request set-var(proc.servers_orders.rpc) nbsrv(orders.rpc) unless { stopping }
  http-request set-var(proc.servers_unchecked_orders.rpc) nbsrv(unchecked_orders.rpc) unless { stopping }
  use_backend addressed_orders.rpc if { var(proc.servers_unchecked_orders.rpc) -m int eq 0 }
  use_backend unchecked_orders.rpc if { var(proc.servers_orders.rpc) -m int eq 0 }
  default_backend orders.rpc
backend orders.rpc
  timeout server 1h
  option httpchk
  http-check connect port 8082
  http-check send meth GET uri /healthz hdr Host orders
  http-check expect status 200
  http-check connect port 50051
  server-template orders.rpc- 16 orders.application:50051 proto h2
backend unchecked_orders.rpc
  timeout server 1h
  server-template orders.rpc- 16 orders.application:50051 proto h2 no-check
backend addressed_orders.rpc
  timeout server 1h
  http-request do-resolve(txn.address,engine,ipv4) str(orders.application)
  http-request return status 503 unless { var(txn.address) -m found }
  http-request set-dst var(txn.address)
  http-request set-dst-port int(50051)
  server any 0.0.0.0:0 no-check proto h2`;
const mail = `frontend to-orders.mail-in
  bind :20025
  mode tcp
  no option idle-close-on-response
  timeout client 1h
  tcp-request content set-var(proc.servers_orders.mail_in) nbsrv(orders.mail-in) unless { stopping }
  tcp-request content set-var(proc.servers_unchecked_orders.mail_in) nbsrv(unchecked_orders.mail-in) unless { stopping }
  use_backend addressed_orders.mail-in if { var(proc.servers_unchecked_orders.mail_in) -m int eq 0 }
  use_backend unchecked_orders.mail-in if { var(proc.servers_orders.mail_in) -m int eq 0 }
  default_backend orders.mail-in
backend orders.mail-in
  mode tcp
  timeout server 1h
  option httpchk
  http-check connect port 8082
  http-check send meth GET uri /healthz hdr Host orders
  http-check expect status 200
  http-check connect port 25
  server-template orders.mail-in- 16 orders.application:25
backend unchecked_orders.mail-in
  mode tcp
  timeout server 1h
  server-template orders.mail-in- 16 orders.application:25 no-check
backend addressed_orders.mail-in
  mode tcp
  timeout server 1h
  tcp-request content do-resolve(txn.address,engine,ipv4) str(orders.application)
  tcp-request content reject unless { var(txn.address) -m found }
  tcp-request content set-dst var(txn.address)
  tcp-request content set-dst-port int(25)
  server any 0.0.0.0:0 no-check`;
const metrics = `frontend to-site.metrics
  bind :9100
  timeout http-keep-alive 10s
  http-request disable-l7-retry unless METH_GET or METH_HEAD or METH_OPTIONS
  http-request set-var(proc.servers_site.metrics) nbsrv(site.metrics) unless { stopping }
  http-request set-var(proc.servers_unchecked_site.metrics) nbsrv(unchecked_site.metrics) unless { stopping }
  use_backend addressed_site.metrics if { var(proc.servers_unchecked_site.metrics) -m int eq 0 }
  use_backend unchecked_site.metrics if { var(proc.servers_site.metrics) -m int eq 0 }
  default_backend site.metrics
backend site.metrics
  option httpchk
  http-check connect port 8080
  http-check send meth GET uri /healthz hdr Host site
  http-check expect status 204
  http-check connect port 9100
  server-template site.metrics- 32 site.application:9100
backend unchecked_site.metrics
  server-template site.metrics- 32 site.application:9100 no-check
backend addressed_site.metrics
  http-request do-resolve(txn.address,engine,ipv4) str(site.application)
  http-request return status 503 unless { var(txn.address) -m found }
  http-request set-dst var(txn.address)
  http-request set-dst-port int(9100)
  server any 0.0.0.0:0 no-check`;

/** Where the sections of further ports begin. */
const start = "frontend to-orders.rpc";

describe("further ports at the edge", () => {
  it("have backends of their own, which go by the application's health and whether the port takes connections", () => {
    const text = edgeConfiguration(withPorts);
    equal(text.slice(text.indexOf(start)), [rpc, mail, metrics].join("\n"));
  });

  it("leave all that stands before them as it is, so that the next edge knows the servers of this one", () => {
    const plain = withPorts.applications.map(({ ports: _, ...each }) => each);
    const text = edgeConfiguration(withPorts);
    equal(`${edgeConfiguration({ ...plan, applications: plain })}\n`, text.slice(0, text.indexOf(start)));
  });

  it("come before what has no servers, which may come and go", () => {
    const [first] = withPorts.applications;
    const paths = { ...first, public: true, pathPrefixes: ["/api"] };
    const sections = edgeConfiguration({ ...withPorts, applications: [paths as typeof first & object] })
      .split("\n")
      .filter((line) => /^(frontend|backend) /.test(line));
    deepEqual(sections.slice(-2), ["backend addressed_orders.mail-in", "backend no_application"]);
  });
});
