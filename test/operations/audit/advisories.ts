/** Advisories in the forms in which they are published, as tests need them. */

/** A record of OSV on a source package of Debian 12. */
export function osvRecord(
  id: string,
  source: string,
  fixed: string,
  more: {
    published?: string;
    upstream?: string[];
    vector?: string;
    urgency?: string;
    withdrawn?: string;
  } = {},
): object {
  const { published, upstream, vector, urgency, withdrawn } = more;
  return {
    schema_version: "1.7.0",
    id,
    modified: "2099-12-30T00:00:00Z",
    ...(published !== undefined && { published }),
    ...(withdrawn !== undefined && { withdrawn }),
    ...(upstream && { upstream }),
    ...(vector !== undefined && { severity: [{ type: "CVSS_V3", score: vector }] }),
    affected: [
      {
        package: { ecosystem: "Debian:12", name: source, purl: `pkg:deb/debian/${source}?arch=source` },
        ranges: [{ type: "ECOSYSTEM", events: [{ introduced: "0" }, { fixed }] }],
        ...(urgency !== undefined && { ecosystem_specific: { urgency } }),
      },
      // Another release of the same distribution.
      {
        package: { ecosystem: "Debian:13", name: source },
        ranges: [{ type: "ECOSYSTEM", events: [{ introduced: "0" }, { fixed: "999" }] }],
      },
    ],
  };
}

/** Debian's tracker on one hole of a source package. */
export function tracker(source: string, hole: string, fixed: string, urgency = "not yet assigned"): object {
  const repositories = { bookworm: "1.0-1" };
  return {
    [source]: {
      [hole]: {
        description: "A hole.",
        scope: "remote",
        releases: {
          bookworm: { status: "resolved", repositories, fixed_version: fixed, urgency },
          bullseye: { status: "resolved", repositories, fixed_version: "0", urgency },
          trixie: { status: "open", repositories, urgency, nodsa: "Minor issue", nodsa_reason: "" },
          sid: { status: "resolved", repositories, fixed_version: "9.0-1", urgency },
        },
      },
    },
  };
}

/** An updateinfo.xml with a security advisory on two packages, and one on nothing of security. */
export const updateinfo = `<?xml version="1.0" encoding="UTF-8"?>
<updates>
  <update from="releng@example.org" status="final" type="security" version="2">
    <id>RLSA-2026:1234</id>
    <title>Important: openssl security update</title>
    <issued date="2026-09-01 10:11:12"/>
    <severity>Important</severity>
    <references>
      <reference href="https://example.org/CVE-2026-1" id="CVE-2026-1" type="cve" title=""/>
      <reference href="https://example.org/1" id="77" type="bugzilla" title="one &amp; two"/>
    </references>
    <pkglist>
      <collection short="rocky-9"><name>rocky-9</name>
        <package name="openssl" version="3.0.7" release="28.el9" epoch="1" arch="x86_64" src="o.src.rpm"><filename>o.rpm</filename></package>
        <package name="openssl" version="3.0.7" release="28.el9" epoch="1" arch="src" src="o.src.rpm"><filename>o.src.rpm</filename></package>
        <package name="httpd" version="2.4.57" release="11.module+el9+1" epoch="0" arch="x86_64" src="h.src.rpm"><filename>h.rpm</filename></package>
      </collection>
    </pkglist>
  </update>
  <update from="releng@example.org" status="final" type="bugfix" version="2">
    <id>RLBA-2026:9</id>
    <issued date="2026-09-02"/>
    <pkglist><collection short="x"><name>x</name>
      <package name="bash" version="9" release="1" epoch="0" arch="x86_64" src="b.src.rpm"><filename>b.rpm</filename></package>
    </collection></pkglist>
  </update>
</updates>
`;

/** CVSS vectors of the base scores 9.8, 7.5 and 5.3. */
export const vectors = {
  critical: "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
  high: "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H",
  medium: "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:L/I:N/A:N",
};
