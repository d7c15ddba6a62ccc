import { deepEqual, equal } from "node:assert/strict";
import { givenPasswords, passwordsVariable } from "../../../images/layer/passwords.ts";

describe("passwords of package repositories", () => {
  it("are taken out of the environment, and known to every build of the process", () => {
    process.env[passwordsVariable] = '{"team": "hidden"}';
    deepEqual(givenPasswords(), { team: "hidden" });
    equal(passwordsVariable in process.env, false);
    deepEqual(givenPasswords(), { team: "hidden" });
    process.env[passwordsVariable] = "{}";
    deepEqual(givenPasswords(), {});
  });
});
