import { deepEqual } from "node:assert/strict";
import { systemdNeeds } from "../../engine/systemdNeeds.ts";

describe("what systemd needs of an engine", () => {
  const cases: [string, string, string, boolean][] = [
    ["20.10.24+dfsg1", "1", "named", true],
    ["20.10.9", "1", "named", false],
    ["19.03.15", "1", "named", false],
    ["27.5.1", "2", "machine", true],
    ["28.0.0", "2", "own", true],
    ["29.1.3", "2", "own", true],
    ["28.0.0-rc.1", "1", "named", true],
  ];
  for (const [ServerVersion, CgroupVersion, controlGroups, isFiltered] of cases)
    it(`is little with ${ServerVersion} and version ${CgroupVersion} of control groups: ${controlGroups}`, () => {
      deepEqual(systemdNeeds({ ServerVersion, CgroupVersion }), { controlGroups, isFiltered });
    });
});
