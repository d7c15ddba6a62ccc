import { deepEqual, equal, match } from "node:assert/strict";
import fc from "fast-check";
import { identityProblem, type CertificateExtension } from "../../../images/signing/identity.ts";

const issuer = "https://token.actions.example.com";
const repository = "https://github.com/acme/shop";
const main = `${repository}/.github/workflows/deploy.yml@refs/heads/main`;

describe("the identity of a job", () => {
  it("is trusted by its name, a pattern within its parts, and GitLab's form", () => {
    for (const pattern of [
      main,
      main.replace("deploy.yml", "*"),
      main.replace("deploy.yml", "de*y.*"),
      main.replace("acme/shop", "**"),
    ])
      equal(problem(main, [pattern]), undefined, pattern);
    const lab = "https://gitlab.com/acme/apps/shop//.gitlab-ci.yml@refs/tags/v1.0";
    equal(
      problem(
        lab,
        ["https://gitlab.com/acme/apps/shop//.gitlab-ci.yml@refs/tags/*"],
        "https://gitlab.com/acme/apps/shop",
        "refs/tags/v1.0",
      ),
      undefined,
    );
    equal(identityProblem("ann@example.com", [], { issuer, identities: ["ann@example.com"] }), undefined);
  });

  it("is none of these, which look like it", () => {
    const patterns = [
      main.replace("deploy.yml", "*"),
      `${repository}/.github/workflows/release.yml@refs/tags/*`,
    ];
    const hostile = [
      main.replace("main", "x@refs/heads/main"),
      main.replace("deploy.yml", "deploy.yml@refs/heads/x"),
      main.replace("deploy.yml", "sub/deploy.yml"),
      main.replace("github.com", "github.com.example"),
      main.replace("github.com/acme", "githubXcom/acme"),
      main.replace("acme/shop", "acme/shop/../mallory"),
      main.replace("acme/shop", "mallory/acme/shop"),
      `${main}\n`,
      `${main}\nhttps://mallory.example`,
      `https://mallory.example/\n${main}`,
      ` ${main}`,
      main.toUpperCase(),
      main.replace("https:", "http:"),
      main.replace("/main", "/main2"),
      main.replace("/main", "/maın"),
      `${repository}/.github/workflows/release.yml@refs/tags/v1@refs/tags/v2`,
      `${repository}/.github/workflows/release.yml@refs/tags/a/b`,
      "",
    ];
    deepEqual(
      hostile.filter((identity) => problem(identity, patterns) === undefined),
      [],
    );
  });

  it("stands for no other text, whatever is in the place of its star", () => {
    const pattern = main.replace("deploy", "*");
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const isTrusted =
          problem(
            main.replace("deploy", () => text),
            [pattern],
          ) === undefined;
        equal(isTrusted, !/[@/]/.test(text));
      }),
    );
  });

  it("is that of the job's repository and ref, which the certificate names", () => {
    match(
      problem(main, [main], "https://github.com/mallory/shop") ?? "",
      /job of the repository .*acme\/shop, got .*mallory/,
    );
    match(
      problem(main, [main], repository, "refs/heads/wip") ?? "",
      /job of the ref refs\/heads\/main, got refs\/heads\/wip/,
    );
    match(identityProblem(main, [], { issuer, identities: [main] }) ?? "", /got none in the certificate/);
    const shared = {
      issuer,
      identities: [main],
      repositories: ["https://github.com/acme/*"],
      refs: ["refs/heads/**"],
    };
    const from = (where: string, ref: string) =>
      identityProblem(main, [extension(12, where), extension(14, ref)], shared);
    equal(from("https://github.com/acme/other", "refs/heads/a/b"), undefined);
    match(from("https://github.com/mallory/other", "refs/heads/a") ?? "", /expected a job of the repository/);
    match(from("https://github.com/acme/other", "refs/tags/a") ?? "", /expected a job of the ref/);
  });

  it("is read from extensions of any length, and from no damaged one", () => {
    const long = `${repository}/${"x".repeat(300)}`;
    const trust = { issuer, identities: [main], repositories: [long] };
    equal(identityProblem(main, [extension(12, long), extension(14, "refs/heads/main")], trust), undefined);
    const cut = { ...extension(12, long), value: extension(12, long).value.subarray(0, 40) };
    match(identityProblem(main, [cut], trust) ?? "", /got none in the certificate/);
  });
});

function problem(
  identity: string,
  identities: string[],
  from = repository,
  ref = "refs/heads/main",
): string | undefined {
  return identityProblem(identity, [extension(12, from), extension(14, ref)], { issuer, identities });
}

/** One of Fulcio's extensions, as UTF8String. */
function extension(number: number, text: string): CertificateExtension {
  const content = Buffer.from(text);
  const length = content.length < 128 ? [content.length] : [0x82, content.length >> 8, content.length & 255];
  return {
    oid: { id: [1, 3, 6, 1, 4, 1, 57264, 1, number] },
    value: Buffer.from([0x0c, ...length, ...content]),
  };
}
