import { deepEqual, equal } from "node:assert/strict";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { createSecureContext, createServer, type Server } from "node:tls";
import { agedCertificates, describeCertificate } from "../../../operations/age/certificates.ts";
import { certificateDrift } from "../../../operations/drift/finding/support.ts";
import { certificateFor } from "../../support/certificate.ts";
import { needs } from "../../images/disk/support/tools.ts";

const dayMilliseconds = 86_400_000;

describe("the certificates that an edge shows", () => {
  let server: Server;
  let edge: string;

  before(async function () {
    needs(this, "openssl");
    const [soon, late] = [await certificateFor(["a.example"], 10), await certificateFor(["c.example"], 60)];
    const options = ({ certificate, key }: typeof soon) => ({ cert: certificate, key });
    server = createServer({
      ...options(soon),
      SNICallback: (name, done) => {
        done(null, createSecureContext(options(/^(c|[\w-]+\.d)\.example$/.test(name) ? late : soon)));
      },
    });
    server.on("tlsClientError", () => undefined);
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    edge = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });

  after(() => {
    (server as Server | undefined)?.close();
  });

  const hosts = ["a.example", "b.example", "c.example"];

  it("are asked for by some name below a wildcard", async () => {
    const [aged] = await agedCertificates(edge, ["*.d.example", "*.e.example", "d.example"], new Date());
    deepEqual(aged?.hosts, ["*.e.example", "d.example"]);
  });

  it("are told from 14 days before their end, each once, with the host names that they are shown for", async () => {
    const now = new Date();
    const [aged, ...others] = await agedCertificates(`${edge}, http://127.0.0.1:1`, hosts, now);
    deepEqual(others, []);
    deepEqual([aged?.edge, aged?.hosts], [edge, ["a.example", "b.example"]]);
    const on = aged?.endsOn.toISOString().slice(0, 10) ?? "";
    const fix = "set a newer one (npm run secrets -- set NAME), and npm run up";
    equal(
      aged && describeCertificate(aged, now),
      `${edge}: the certificate for a.example, b.example ends on ${on}; ${fix}`,
    );
    const later = new Date(now.getTime() + 11 * dayMilliseconds);
    equal(
      aged && describeCertificate(aged, later),
      `${edge}: the certificate for a.example, b.example has ended on ${on}; ${fix}`,
    );
    deepEqual(certificateDrift(aged ? [aged] : []), [
      {
        kind: "age",
        subject: edge,
        what: "the certificate for a.example, b.example",
        expected: "one that is valid for 14 days more",
        got: `one until ${on}`,
      },
    ]);
    equal((await agedCertificates(edge, hosts, new Date(now.getTime() + 50 * dayMilliseconds))).length, 2);
    deepEqual(await agedCertificates(edge, hosts, new Date(now.getTime() - 10 * dayMilliseconds)), []);
  });

  it("are none where nothing answers, by TLS or at all, or no host is known", async () => {
    const now = new Date();
    deepEqual(await agedCertificates(undefined, hosts, now), []);
    deepEqual(await agedCertificates("https://127.0.0.1:1, http://127.0.0.1:2", hosts, now), []);
    deepEqual(await agedCertificates(edge, [], now), []);
  });
});
