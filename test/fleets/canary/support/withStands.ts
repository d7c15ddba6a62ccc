import { unpackedHaproxy } from "../../haproxy.ts";
import { Stand } from "./Stand.ts";

/** Has each test of a suite run with a stand of its own; without HAProxy the suite is skipped. @param isDealt as of a stand. @param use is given it. */
export function withStands(isDealt: boolean, use: (stand: Stand) => void): void {
  let haproxy: Parameters<typeof Stand.begin>[0];
  let stand: Stand | undefined;
  before(async function () {
    const found = await unpackedHaproxy();
    if ("missing" in found) {
      console.log(`      skipped: ${found.missing}`);
      return this.skip();
    }
    haproxy = found;
  });
  beforeEach(async () => {
    stand = await Stand.begin(haproxy, isDealt);
    use(stand);
  });
  afterEach(() => stand?.end());
}
