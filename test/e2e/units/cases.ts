import fc from "fast-check";

/** A unit, by the lines of its section [Service], and what is expected of it. */
export interface UnitCase {
  name: string;
  lines: readonly string[];
  /** Other sections, and their lines. */
  unit?: readonly string[];
  /** By which only systemd can run it; absent: a box does what systemd does. */
  reason?: string;
}

const start = (args: string) => `ExecStart=/opt/probe.sh %p ${args}`;
const told = "EnvironmentFile=-/run/fleet/box.env";

/** One for each thing that a unit says. */
export const plainCases: readonly UnitCase[] = [
  { name: "toldweb", lines: ["User=web", told, start("${TOLD}")] },
  // A container cannot mount it: the service starts all the same, under systemd and in the foreground.
  { name: "mounting", lines: ["BindReadOnlyPaths=/usr/share:/srv", start("x")] },
  { name: "plain", lines: [start("one two")] },
  {
    name: "words",
    lines: [
      "Environment=A=1 'B=two words' C=",
      start("$A ${B} x${B}y $B $C ${C} $NONE ${NONE} $$A $${B} a$A"),
    ],
  },
  { name: "quoted", lines: [`Environment='Q="a b" c\\\\ d'`, start(`$Q "\${Q}" 'single $Q' "%%"`)] },
  { name: "literal", lines: ["Environment=A=1", "ExecStart=:/opt/probe.sh literal $A ${A} $$A"] },
  { name: "named", lines: ["ExecStart=@/bin/sh shell /opt/probe.sh named"] },
  { name: "ignoring", lines: ["ExecStart=-/opt/probe.sh ignoring"] },
  { name: "file", lines: ["EnvironmentFile=/etc/probe/file.env", start("$FIRST ${SPACED} $NOTHING")] },
  {
    name: "files",
    lines: [
      "Environment=FIRST=0 OWN=1",
      "EnvironmentFile=/etc/probe/*.env",
      "EnvironmentFile=-/etc/probe/none",
      start("$FIRST $OWN $LAST"),
    ],
  },
  { name: "told", lines: ["Environment=TOLD=unit OTHER=unit", told, start("$TOLD ${OTHER} ${MULTI}")] },
  { name: "toldlast", lines: ["EnvironmentFile=/etc/probe/told.env", told, start("${TOLD}")] },
  { name: "toldfirst", lines: [told, "EnvironmentFile=/etc/probe/told.env", start("${TOLD}")] },
  {
    name: "unset",
    lines: ["User=web", "Environment=A=1 B=2 C=3", "UnsetEnvironment=A B=2 C=0 LANG", start("$A")],
  },
  { name: "path", lines: ["Environment=PATH=/usr/bin:/bin", start("${PATH}")] },
  { name: "user", lines: ["User=web", start("x")] },
  { name: "grouped", lines: ["User=web", "Group=games", start("x")] },
  { name: "groups", lines: ["User=web", "SupplementaryGroups=games audio", start("x")] },
  { name: "rootgroups", lines: ["SupplementaryGroups=games audio", start("x")] },
  { name: "number", lines: ["User=1500", start("x")] },
  { name: "numbers", lines: ["User=1500", "Group=60", start("x")] },
  { name: "root", lines: ["User=root", start("x")] },
  // Filters of system calls, for which systemd has other ways where it may not do all (images/packer/layer/fleet-mounts).
  {
    name: "filtered",
    lines: ["User=web", "SystemCallFilter=@system-service", "RestrictAddressFamilies=AF_UNIX", start("x")],
  },
  {
    name: "locked",
    lines: ["User=web", "MemoryDenyWriteExecute=yes", "ProtectKernelTunables=yes", start("x")],
  },
  { name: "nologin", lines: ["User=nobody", start("x")] },
  {
    name: "limits",
    lines: [
      "LimitNOFILE=4000:5000",
      "LimitNPROC=900",
      "LimitCORE=0",
      "LimitMEMLOCK=64K",
      "LimitSTACK=4M:16M",
      start("x"),
    ],
  },
  { name: "nofile", lines: ["User=web", "LimitNOFILE=65536", start("x")] },
  {
    name: "infinite",
    lines: ["LimitCORE=infinity", "LimitNPROC=infinity", "LimitMSGQUEUE=4096", start("x")],
  },
  {
    name: "space",
    lines: ["LimitAS=2G", "LimitDATA=1G", "LimitCPU=600", "LimitFSIZE=1G", "LimitRTTIME=1s", start("x")],
  },
  { name: "umask", lines: ["UMask=0027", start("x")] },
  { name: "folder", lines: ["WorkingDirectory=/usr/share", start("x")] },
  { name: "home", lines: ["User=web", "WorkingDirectory=~", start("x")] },
  { name: "nofolder", lines: ["WorkingDirectory=-/nowhere", start("x")] },
  { name: "runtime", lines: ["User=web", "RuntimeDirectory=runtime", start("x")] },
  {
    name: "runtimes",
    lines: [
      "User=web",
      "RuntimeDirectory=runtimes/a runtimes-b",
      "RuntimeDirectoryMode=0750",
      start("${RUNTIME_DIRECTORY}"),
    ],
  },
  {
    name: "state",
    lines: ["User=web", "Group=games", "StateDirectory=state", "StateDirectoryMode=0700", start("x")],
  },
  {
    name: "cache",
    lines: [
      "User=web",
      "CacheDirectory=cache cache2",
      "LogsDirectory=logs",
      "LogsDirectoryMode=0710",
      start("x"),
    ],
  },
  { name: "configuration", lines: ["User=web", "ConfigurationDirectory=configuration", start("x")] },
  {
    name: "before",
    lines: [
      "User=web",
      "RuntimeDirectory=before",
      "ExecStartPre=/bin/sh -c 'echo WRITTEN=$$((1+1)) > /run/before/env'",
      "ExecStartPre=-/bin/false",
      "EnvironmentFile=-/run/before/env",
      start("${WRITTEN}"),
    ],
  },
  { name: "beforeroot", lines: ["ExecStartPre=+/bin/true", "ExecStartPre=!/bin/true", start("x")] },
  { name: "pipe", lines: ["IgnoreSIGPIPE=no", start("x")] },
  { name: "mixed", lines: ["KillMode=mixed", start("x")] },
  { name: "process", lines: ["KillMode=process", "User=web", start("x")] },
  { name: "realtime", lines: ["KillSignal=SIGRTMIN+3", start("x")] },
  {
    name: "notify",
    lines: [
      "Type=notify",
      "NotifyAccess=all",
      "ExecStart=/bin/sh -c '/opt/probe.sh notify; systemd-notify --ready || true'",
    ],
  },
  { name: "idle", lines: ["Type=idle", start("x")] },
  { name: "specifiers", lines: ["Environment=P=%p N=%N T=%t S=%S", start("%n %i %u %h ${P} %T")] },
  {
    name: "hardened",
    lines: [
      "User=web",
      "NoNewPrivileges=yes",
      "ProtectSystem=strict",
      "ProtectHome=yes",
      "PrivateTmp=yes",
      "RestrictSUIDSGID=yes",
      start("x"),
    ],
  },
  {
    name: "reset",
    lines: [
      "ExecStart=/bin/false",
      "ExecStart=",
      "ExecStartPost=/bin/true",
      "ExecStartPost=",
      "DynamicUser=no",
      start("x"),
    ],
  },
  { name: "forking", lines: ["Type=forking", start("x")], reason: "Type=forking" },
  { name: "oneshot", lines: ["Type=oneshot", start("x")], reason: "Type=oneshot" },
  { name: "dynamic", lines: ["DynamicUser=yes", start("x")], reason: "DynamicUser=yes" },
  { name: "after", lines: [start("x"), "ExecStartPost=/bin/true"], reason: "ExecStartPost=/bin/true" },
  { name: "stopping", lines: [start("x"), "ExecStop=/bin/true"], reason: "ExecStop=/bin/true" },
  {
    name: "plus",
    lines: ["User=web", "ExecStartPre=+/bin/true", start("x")],
    reason: "/bin/true with root's rights (+ or !)",
  },
  { name: "watched", lines: ["Type=notify", "WatchdogSec=5", start("x")], reason: "WatchdogSec=5" },
  { name: "nobody", lines: ["User=ghost", start("x")], reason: "user ghost, which the image has not" },
  {
    name: "secret",
    lines: ["User=web", "EnvironmentFile=/etc/probe/secret", start("x")],
    reason: "EnvironmentFile=/etc/probe/secret, which its user may not read",
  },
  {
    name: "pulling",
    lines: [start("x")],
    unit: ["[Unit]", "Wants=plain.service none.service"],
    reason: "plain.service, which starts with it",
  },
  {
    name: "conditional",
    lines: [start("x")],
    unit: ["[Unit]", "ConditionPathExists=/nowhere"],
    reason: "ConditionPathExists=/nowhere",
  },
  { name: "credential", lines: ["SetCredential=a:b", start("x")], reason: "SetCredential=a:b" },
  {
    name: "ambient",
    lines: ["User=web", "AmbientCapabilities=CAP_NET_RAW", start("x")],
    reason: "AmbientCapabilities=CAP_NET_RAW",
  },
  { name: "nice", lines: ["Nice=5", start("x")], reason: "Nice=5" },
];

/** Those that stay until they are told to stop. */
export const stayingCases: readonly UnitCase[] = [
  { name: "family", lines: ["User=web", "ExecStart=/opt/family.sh family"] },
  { name: "mixed-family", lines: ["User=web", "KillMode=mixed", "ExecStart=/opt/family.sh mixed-family"] },
  { name: "deaf", lines: ["User=web", "ExecStart=/bin/sh -c 'echo stop deaf ready; sleep 60; true'"] },
];

const value = fc.stringMatching(/^[a-z ="$%{}\\']{0,8}$/).map((text) => text.replaceAll("%", "%%"));
const quoted = value.map((text) => `"${text.replace(/[\\"]/g, "\\$&")}"`);
const argument = fc.oneof(
  quoted,
  fc.constantFrom("$A", "${A}", "$B", "${B}c", "$$", "$A$B", "${", "%p", "%n", "$FIRST"),
);
const kilo = fc.integer({ min: 1, max: 64 });

/** Lines of a unit, in any combination of what has no effect on each other. */
const anyLines = fc.record(
  {
    user: fc.constantFrom("web", "root", "1500", "nobody"),
    group: fc.constantFrom("games", "audio", "60"),
    groups: fc.constantFrom("games", "audio games", "1500"),
    a: quoted,
    b: quoted,
    file: fc.constantFrom("/etc/probe/file.env", "-/etc/probe/none", "/etc/probe/*.env"),
    umask: fc.constantFrom("0077", "0002", "0777", "022"),
    files: fc.tuple(kilo, kilo).map(([a, b]) => `${1024 * Math.min(a, b)}:${1024 * Math.max(a, b)}`),
    core: fc.constantFrom("0", "infinity", "1M"),
    folder: fc.constantFrom("/", "/tmp", "-/nowhere", "~", "/usr/lib"),
    runtime: fc.constantFrom("%p", "%p/sub", "%p-1 %p-2"),
    mode: fc.constantFrom("0700", "0755", "2770"),
    state: fc.constantFrom("%p", "%p-s/t"),
    cache: fc.constantFrom("%p"),
    kill: fc.constantFrom("mixed", "process", "control-group"),
    pipe: fc.constantFrom("yes", "no"),
    signal: fc.constantFrom("SIGINT", "SIGQUIT", "SIGRTMIN", "SIGRTMIN+12"),
    args: fc.array(argument, { maxLength: 5 }),
  },
  { requiredKeys: ["args"] },
);

const keys = {
  user: "User",
  group: "Group",
  groups: "SupplementaryGroups",
  file: "EnvironmentFile",
  umask: "UMask",
  files: "LimitNOFILE",
  core: "LimitCORE",
  folder: "WorkingDirectory",
  runtime: "RuntimeDirectory",
  mode: "RuntimeDirectoryMode",
  state: "StateDirectory",
  cache: "CacheDirectory",
  kill: "KillMode",
  pipe: "IgnoreSIGPIPE",
  signal: "KillSignal",
} as const;

/** So many units that are made up, the same ones at every run. */
export function madeUpCases(count: number): UnitCase[] {
  return fc.sample(anyLines, { numRuns: count, seed: 13 }).map((all, index) => {
    const set = Object.entries(keys).flatMap(([key, name]) => {
      const given = all[key as keyof typeof keys];
      return given === undefined ? [] : [`${name}=${given}`];
    });
    const variables = (["a", "b"] as const).flatMap((name) =>
      all[name] === undefined ? [] : [`Environment="${name.toUpperCase()}=${all[name].slice(1)}`],
    );
    return { name: `made${index}`, lines: [...set, ...variables, start(all.args.join(" "))] };
  });
}
