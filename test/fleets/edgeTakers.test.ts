import { deepEqual, equal } from "node:assert/strict";
import fc from "fast-check";
import { edgeConfiguration, type EdgePlan } from "../../fleets/edge/configuration.ts";
import { application, plan } from "./edgePlans.ts";

describe("what the edge's configuration says of who takes a request", () => {
  it("looks at host names first, whole ones before wildcards, and then at the longest path", () => {
    const [docs, site] = [
      application("docs", 8083, { public: true, hosts: ["*.example"], pathPrefixes: ["/a", "/a/b.c"] }),
      application("site", 8080, { public: true, hosts: ["www.example"] }),
    ];
    const any = application("any", 8084, { public: true, pathPrefixes: ["/a"] });
    deepEqual(takersOf([any, docs, site]), [
      "site if { hdr(host),field(1,:) -i www.example }",
      "docs if { hdr(host),field(1,:),field(2,.,0) -i example } { path,concat(/) -m beg /a/b.c/ }",
      "docs if { hdr(host),field(1,:),field(2,.,0) -i example } { path,concat(/) -m beg /a/ }",
      "any if { path,concat(/) -m beg /a/ }",
      "site",
    ]);
  });

  it("leaves the host names of applications that are not public to the web tier, whatever wildcard or path fits", () => {
    const hidden = application("orders", 8082, { hosts: ["orders.example"] });
    const docs = application("docs", 8083, { public: true });
    const sites = application("sites", 8084, { public: true, hosts: ["*.example"] });
    deepEqual(takersOf([docs, hidden, sites]), [
      "docs if { hdr(host),field(1,:) -i orders.example }",
      "sites if { hdr(host),field(1,:),field(2,.,0) -i example }",
      "docs",
    ]);
    const named = { ...sites, hosts: ["sites.example"] };
    deepEqual(takersOf([docs, hidden, named]), [
      "sites if { hdr(host),field(1,:) -i sites.example }",
      "docs",
    ]);
  });

  it("answers 404 where every application has paths, for all others", () => {
    const own = { public: true, pathPrefixes: ["/api"] };
    const text = edgeConfiguration({ ...plan, applications: [application("api", 8080, own)] });
    deepEqual(takersOf([application("api", 8080, own)]), [
      "api if { path,concat(/) -m beg /api/ }",
      "no_application",
    ]);
    equal(text.endsWith("\nbackend no_application\n  http-request return status 404"), true);
  });

  it("takes a path's prefix off what comes by the public port alone, and tells it", () => {
    const own = { public: true, pathPrefixes: ["/api/v2", "/api"] };
    const kept = edgeConfiguration({ ...plan, applications: [application("api", 8080, own)] }).split("\n");
    const stripped = application("api", 8080, { ...own, stripPathPrefix: true });
    const lines = edgeConfiguration({ ...plan, applications: [stripped] }).split("\n");
    const added = [
      "  http-request set-var(txn.prefix) str(/api) if { fe_name public } { path,concat(/) -m beg /api/ }",
      "  http-request set-var(txn.prefix) str(/api/v2) if { fe_name public } { path,concat(/) -m beg /api/v2/ }",
      "  http-request set-header X-Forwarded-Prefix %[req.hdr(X-Forwarded-Prefix)]%[var(txn.prefix)] if { var(txn.prefix) -m found }",
      "  http-request set-path /%[path,bytes(5)] if { var(txn.prefix) -m str /api }",
      "  http-request set-path /%[path,bytes(8)] if { var(txn.prefix) -m str /api/v2 }",
    ];
    deepEqual(
      lines.filter((line) => !kept.includes(line)),
      [...added, ...added, ...added],
    );
  });

  it("is what it was without wildcards and paths: an upgrade swaps no edge", () => {
    const some = fc.array(
      fc.record({ hosts: fc.array(fc.domain(), { maxLength: 12 }), isPublic: fc.boolean() }),
    );
    fc.assert(
      fc.property(some, (all) => {
        const applications = all.map(({ hosts, isPublic }, index) =>
          application(`a${index}`, 8000 + index, { hosts, public: isPublic }),
        );
        const publics = applications.filter((each) => each.public);
        const [first] = publics;
        const known = publics.flatMap(({ name, hosts }) =>
          Array.from({ length: publics.length > 1 ? Math.ceil(hosts.length / 5) : 0 }, (_, line) => {
            const named = hosts.slice(line * 5, line * 5 + 5).join(" ");
            return `${name} if { hdr(host),field(1,:) -i ${named} }`;
          }),
        );
        deepEqual(takersOf(applications), first ? [...known, first.name] : []);
        equal(edgeConfiguration({ ...plan, applications }).includes("no_application"), false);
      }),
    );
  });
});

/** What leads from the public port to whom, but for the backends of those that are unchecked or have no address. */
function takersOf(applications: EdgePlan["applications"]): string[] {
  const text = edgeConfiguration({ ...plan, applications });
  const section = /\nfrontend public\n[^]*?(?=\n\w)/.exec(text)?.[0] ?? "";
  const others = /^ {2}use_backend (addressed|unchecked)_/;
  return section
    .split("\n")
    .filter((line) => /^ {2}(use|default)_backend /.test(line) && !others.test(line))
    .map((line) => line.replace(/^ {2}\w+ /, ""));
}
