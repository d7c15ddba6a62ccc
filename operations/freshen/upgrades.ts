/** A package of an image that its distribution has a newer version of. */
export interface Upgrade {
  /** With the architecture behind a colon where that is not the image's own. */
  name: string;
  installed: string;
  candidate: string;
  security: boolean;
}

/**
 * What `apt-get --simulate dist-upgrade` would upgrade, from what it prints: `Inst NAME [OLD] (NEW LABEL:VERSION/SUITE, … [ARCHITECTURE]) …`
 * (apt-get(8)). What it would install anew is none of it.
 */
export function upgradesIn(output: string): Upgrade[] {
  return [...output.matchAll(/^Inst (\S+) \[([^\]]+)\] \((\S+) ([^[\n]*)\[[^\]]*\]\)/gm)].map(
    ([, name = "", installed = "", candidate = "", places = ""]) => ({
      ...{ name, installed, candidate },
      security: places.split(",").some(isSecurity),
    }),
  );
}

/** `Debian-Security:12/oldstable-security`, `Ubuntu:24.04/noble-security`. */
function isSecurity(place: string): boolean {
  return /^\s*(Debian-Security:|\S+\/\S+-security\b)/.test(place);
}
