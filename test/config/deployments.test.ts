import { deepEqual } from "node:assert/strict";
import { validate } from "../../config/read/validate.ts";
import { changed, surroundings } from "./fixture.ts";
import { refuses } from "./refuses.ts";

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
});
