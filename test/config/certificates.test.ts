import { deepEqual } from "node:assert/strict";
import { formatProblem } from "../../config/problem.ts";
import { validate } from "../../config/read/validate.ts";
import { certificateProblems } from "../../config/references/certificates.ts";
import { certificateFor, type Certificate } from "../support/certificate.ts";
import { changed, surroundings } from "./fixture.ts";
import { refuses } from "./refuses.ts";
import { needs } from "../images/disk/support/tools.ts";

const tls = (...certificates: string[]) => ["environment/edge/tls", { certificates }] as const;
const path = "environment.edge.tls.certificates[0]";
const set =
  "npm run secrets -- set site --stack STACK < FILE, with the certificate, its chain and its key in PEM";

describe("the edge's certificates in the configuration", () => {
  let one: Certificate;
  let other: Certificate;

  before(async function () {
    needs(this, "openssl");
    [one, other] = await Promise.all([
      certificateFor(["shop.example", "*.shop.example"]),
      certificateFor(["orders.example"]),
    ]);
  });

  /** The problems of these texts, with host names of the catalog and the orders, at a time. */
  function problems(texts: Record<string, string>, hosts: readonly string[] = [], now?: Date): string[] {
    const names = Object.keys(texts);
    const input = changed(tls(...names.map((name) => `\${secret:${name}}`)), [
      "environment/hosts",
      { catalog: hosts },
    ]);
    const around = { ...surroundings, secrets: names };
    const configuration = validate(input, around);
    return certificateProblems(configuration, { ...around, secretValues: texts }, now).map(formatProblem);
  }

  it("are for every host name, one of them for each", () => {
    const texts = { site: one.certificate + one.key, more: other.key + other.certificate };
    deepEqual(problems(texts, ["shop.example", "a.shop.example", "orders.example"]), []);
    deepEqual(problems(texts, ["shop.example", "b.a.shop.example"]), [
      "environment.hosts.catalog[1]: expected a host name that a certificate is for, got b.a.shop.example, for which there is none (environment.edge.tls.certificates); add its certificate, or remove it",
    ]);
  });

  it("are for a wildcard where they have it themselves: those for some of its names are not for all", () => {
    const texts = { site: one.certificate + one.key, more: other.key + other.certificate };
    deepEqual(problems(texts, ["*.shop.example", "orders.example"]), []);
    const add =
      "for which there is none (environment.edge.tls.certificates); add its certificate, or remove it";
    deepEqual(
      problems(texts, ["*.example", "*.b.shop.example", "*.orders.example"]),
      ["*.example", "*.b.shop.example", "*.orders.example"].map(
        (host, index) =>
          `environment.hosts.catalog[${index}]: expected a host name that a certificate is for, got ${host}, ${add}`,
      ),
    );
  });

  it("have a chain behind the certificate, and their key anywhere", () => {
    deepEqual(problems({ site: one.certificate + other.certificate + one.key }, ["shop.example"]), []);
  });

  it("are none without a key, with another's, or with what cannot be read", () => {
    deepEqual(problems({ site: one.certificate }), [
      `${path}: expected a key in PEM without a passphrase, got none that can be read; ${set}`,
    ]);
    deepEqual(problems({ site: one.certificate + other.key }), [
      `${path}: expected the key of the first certificate, got another one; ${set}`,
    ]);
    deepEqual(problems({ site: one.key.replace(/[A-Z]{4}/, "!!!!") }), [
      `${path}: expected a certificate in PEM, got none that can be read; ${set}`,
      `${path}: expected a key in PEM without a passphrase, got none that can be read; ${set}`,
    ]);
  });

  it("are none before and after their time", () => {
    const text = { site: one.certificate + one.key };
    const day = (days: number) => new Date(Date.now() + days * 86_400_000);
    const told = (days: number) => day(days).toISOString().slice(0, 10);
    deepEqual(problems(text, [], day(29)), []);
    deepEqual(problems(text, [], day(31)), [
      `${path}: expected a certificate that is valid, got one that ended on ${told(30)}; ${set}`,
    ]);
    deepEqual(problems(text, [], day(-1)), [
      `${path}: expected a certificate that is valid, got one that begins on ${told(0)}; ${set}`,
    ]);
  });

  refuses(
    "secrets that nobody set, or that are made up",
    [tls("${secret:site}", "${secret:random}"), ["environment/generatedSecrets", ["random"]]],
    [
      `${path}: expected a known secret, got site; ${set}`,
      `environment.edge.tls.certificates[1]: expected a certificate that is set, got random, which is generated; ${set.replace("site", "random")}`,
    ],
  );

  refuses(
    "what is no secret, or none at all",
    [tls("site.pem")],
    [`${path}: expected a secret (\${secret:NAME}), got site.pem; correct it`],
  );
});
