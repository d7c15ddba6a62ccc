import { doesNotThrow } from "node:assert/strict";
import { validate } from "../../config/read/validate.ts";
import { changed, surroundings } from "./fixture.ts";
import { refuses } from "./refuses.ts";

const web = { on: "base", playbook: "infra/site.yml", inventory: "infra/production", groups: ["web"] };
const exists = (file: string) => file.startsWith("infra/");

describe("a layer that an existing playbook makes", () => {
  it("may name inventory, groups, requirements, tags and where the password comes from", () => {
    const whole = {
      ...web,
      requirements: "infra/requirements.yml",
      tags: ["install"],
      skipTags: ["slow"],
      vault: { command: ["pass", "show", "infra"] },
    };
    doesNotThrow(() =>
      validate(changed(["layers/web", whole]), {
        ...surroundings,
        exists: (file) => exists(file) || surroundings.exists(file),
      }),
    );
  });

  refuses(
    "with what is no playbook's, or is not there",
    [
      [
        "layers/web",
        {
          ...web,
          roles: ["base"],
          packages: { tree: { version: "1" } },
          vault: { file: "a", environment: "B" },
        },
      ],
    ],
    [
      "layers.web.roles: expected nothing beside a playbook, got base; put it into a layer of its own",
      "layers.web.packages: expected nothing beside a playbook, got tree; put it into a layer of its own",
      "layers.web.playbook: expected a file or folder of the project, got infra/site.yml; create it or correct the path",
      "layers.web.inventory: expected a file or folder of the project, got infra/production; create it or correct the path",
      "layers.web.vault: expected one of file, command and environment, got file and environment; say where the password comes from",
    ],
  );

  refuses(
    "whose playbook is not named",
    [["layers/web", { on: "base", inventory: "infra/production", groups: ["web"], tags: ["install"] }]],
    [
      "layers.web.inventory: expected a playbook beside it, got infra/production; name the playbook, or remove it",
      "layers.web.groups: expected a playbook beside it, got web; name the playbook, or remove it",
      "layers.web.tags: expected a playbook beside it, got install; name the playbook, or remove it",
    ],
  );

  refuses(
    "in a form that Ansible does not take",
    [
      [
        "layers/web",
        { ...web, playbook: "site.yml", groups: ["all"], tags: ["a,b"], vault: { environment: "A-B" } },
      ],
    ],
    [
      "layers.web.playbook: expected a playbook in a folder of the project, such as infra/site.yml, got site.yml; correct it",
      "layers.web.groups[0]: expected the name of a group other than all, got all; correct it",
      "layers.web.tags[0]: expected a tag without spaces and commas, got a,b; correct it",
      "layers.web.vault.environment: expected the name of an environment variable, got A-B; correct it",
    ],
  );
});
