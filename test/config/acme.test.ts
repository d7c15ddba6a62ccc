import { deepEqual } from "node:assert/strict";
import { validate } from "../../config/read/validate.ts";
import { acmePlan } from "../../plan/environment/acme.ts";
import { changed, hostKey, surroundings } from "./fixture.ts";
import { refuses } from "./refuses.ts";

const acme = { email: "ops@shop.example", acceptTerms: true };
const by = (own: object = {}) => ["environment/edge/tls", { acme: { ...acme, ...own } }] as const;
const hosts = (...names: string[]) =>
  ["environment/hosts", { catalog: names, orders: ["b.example"] }] as const;
const planned = (...changes: readonly (readonly [path: string, value: unknown])[]) =>
  acmePlan(validate(changed(...changes), surroundings));

describe("an authority in the configuration", () => {
  it("is Let's Encrypt's, asked for each host name of what runs, unless told otherwise", () => {
    const directory = "https://acme-v02.api.letsencrypt.org/directory";
    const usual = { directory, email: acme.email, names: ["a.example", "b.example"], protect: true };
    deepEqual(planned(by(), hosts("a.example")), usual);
    const roots = "-----BEGIN CERTIFICATE-----\n…\n-----END CERTIFICATE-----\n";
    const own = { directory: "https://ca.internal:8443/acme/acme/directory", roots };
    const given = ["environment/volumes", { acme: { protect: false } }] as const;
    deepEqual(planned(by(own), hosts("a.example"), given), { ...usual, ...own, protect: false });
    deepEqual(planned(hosts("a.example")), undefined);
  });

  refuses(
    "is not without an accepted agreement, an address of whom to write to, or one by https",
    [
      by({ email: "ops", acceptTerms: false, directory: "http://ca.example", roots: "none" }),
      hosts("a.example"),
    ],
    [
      "environment.edge.tls.acme.email: expected an e-mail address, got ops; correct it",
      "environment.edge.tls.acme.acceptTerms: expected true, once you have read the authority's terms of service, got false; correct it",
      "environment.edge.tls.acme.directory: expected an address by https of a directory, got http://ca.example; correct it",
      "environment.edge.tls.acme.roots: expected certificates in PEM, got none; correct it",
    ],
  );

  refuses(
    "is not asked for no name",
    [by()],
    [
      "environment.edge.tls.acme: expected host names in environment.hosts, which its certificates are for, got none; add them",
    ],
  );

  refuses(
    "is not asked for what HTTP-01 cannot prove",
    [by(), hosts("*.a.example", "10.0.0.1")],
    [
      "environment.hosts.catalog[0]: expected a whole host name, since environment.edge.tls.acme proves names by HTTP-01, and those with a wildcard need DNS-01, got *.a.example; name each, or give its certificate by environment.edge.tls.certificates",
      "environment.hosts.catalog[1]: expected a name, which a certificate can be for, got 10.0.0.1; name it by one, or remove it",
    ],
  );

  refuses(
    "is either there, or certificates are",
    [
      ["environment/edge/tls", { acme, certificates: ["${secret:token}"] }],
      ["environment/hosts", { catalog: ["a.example"] }],
    ],
    ["environment.edge.tls: expected either certificates or acme, got both; remove one of them"],
  );

  refuses(
    "is not left out without certificates",
    [["environment/edge/tls", { port: 443 }]],
    ["environment.edge.tls: expected either certificates or acme, got neither; add one of them"],
  );

  const engine = (address: string) => ({ address, user: "deploy", hostKey });
  refuses(
    "does not know which of several machines it asks",
    [
      ...[by(), hosts("a.example")],
      ["environment/engines", { north: engine("10.0.0.1"), south: engine("10.0.0.2") }],
      ["environment/accessories/database", { address: "db.example" }],
    ],
    [
      "environment.engines: expected one engine at most, since environment.edge.tls.acme keeps its certificates on a volume, got north, south; give certificates (environment.edge.tls.certificates), or leave one engine",
    ],
  );

  refuses(
    "has a box and a volume of its own",
    [
      ...[by(), hosts("a.example")],
      ["fleets/acme", { applications: ["more"] }],
      ["applications/more", { layer: "catalog", port: 8083 }],
      ["applications/catalog/volumes", { acme: "/srv/acme" }],
    ],
    [
      "fleets.acme: expected another name than that of the box which environment.edge.tls.acme has, got acme; rename it",
      "applications.catalog.volumes.acme: expected another name than that of the box which environment.edge.tls.acme has, got acme; rename it",
    ],
  );
});
