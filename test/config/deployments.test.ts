import { deepEqual } from "node:assert/strict";
import { validate } from "../../config/read/validate.ts";
import { changed, surroundings } from "./fixture.ts";
import { problemLines, refuses } from "./refuses.ts";

const form = "days, times and a time zone, such as mon-fri 08:00-16:00 Europe/Berlin";

describe("deployments in the configuration", () => {
  it("come at any time unless a window is named", () => {
    const windows = ["mon-fri 08:00-16:00 Europe/Berlin", "sat 10:00-12:00"];
    const named = validate(changed(["environment/window", windows]), surroundings);
    deepEqual(named.environment.window, windows);
    deepEqual(validate(changed(), surroundings).environment.window, undefined);
  });

  refuses(
    "have no window without times, of a zone that nobody knows, or that is never open",
    [
      [
        "environment/window",
        ["mon-fri", "mon 08:00-16:00 Europe/Berlim", "mon 08:00-08:00", "mon 08:00-16:00"],
      ],
    ],
    [
      `environment.window[0]: expected ${form}, got mon-fri; correct it`,
      `environment.window[1]: expected ${form}, got mon 08:00-16:00 Europe/Berlim; correct it`,
      `environment.window[2]: expected ${form}, got mon 08:00-08:00; correct it`,
    ],
  );

  refuses(
    "have some window, where they have windows",
    [["environment/window", []]],
    ["environment.window: expected at least 1 of them, got []; correct it"],
  );

  refuses(
    "have no hooks that are no programs, for no time, nor a webhook that is not by https and signed",
    [
      ["environment/hooks", { before: [], after: [1], timeoutSeconds: 0, between: ["x"] }],
      ["environment/webhook", { url: "http://chat.example/x", secret: "open", started: "yes" }],
    ],
    [
      "environment.hooks.before: expected at least 1 of them, got []; correct it",
      "environment.hooks.after[0]: expected a text, got 1; correct it",
      "environment.hooks.timeoutSeconds: expected whole seconds from 1 to 3600, got 0; correct it",
      "environment.hooks.between: expected a known key, got between; use one of before, after, timeoutSeconds",
      "environment.webhook.url: expected an address by https, without a name and a password, got http://chat.example/x; correct it",
      "environment.webhook.secret: expected a secret (${secret:NAME}), got open; correct it",
      "environment.webhook.started: expected true or false, got yes; write true",
    ],
  );

  refuses(
    "have no webhook whose address has a password in it",
    [["environment/webhook", { url: "https://u:p@chat.example/x", secret: "${secret:HOOK}" }]],
    [
      "environment.webhook.url: expected an address by https, without a name and a password, got https://u:p@chat.example/x; correct it",
    ],
  );

  refuses(
    "have no hook that is not there, nor a secret that nobody set, since one that is made up is nobody else's",
    [
      ["environment/hooks", { before: ["hooks/none", "x"], after: ["curl"] }],
      ["environment/generatedSecrets", ["hook"]],
      ["environment/webhook", { url: "https://chat.example/x", secret: "${secret:hook}" }],
    ],
    [
      "environment.hooks.before[0]: expected a program of the project, got hooks/none; add the file, or correct its name",
      "environment.webhook.secret: expected a known secret, got hook; set it by npm run secrets -- set hook --stack STACK; whoever is sent the messages knows it, too",
    ],
  );

  it("have no secret that is too short to sign, whose value nobody is shown", () => {
    const around = (value: string) => ({ ...surroundings, secrets: ["HOOK"], secretValues: { HOOK: value } });
    const input = changed([
      "environment/webhook",
      { url: "https://chat.example/x", secret: "${secret:HOOK}" },
    ]);
    deepEqual(problemLines(input, around("sh0rt")), [
      "secrets.HOOK: expected whsec_ and 24 bytes or more as base64, or another text of at least 24 characters, got another text; set it by npm run secrets -- set HOOK --stack STACK; whoever is sent the messages knows it, too",
    ]);
    validate(input, around("x".repeat(24)));
  });
});
