/**
 * What a unit may say without systemd being needed for it (systemd.service(5), .exec(5), .kill(5), .resource-control(5), .unit(5)).
 * Patterns of `Section.Key`; anything else is systemd's alone.
 */
export const trueInBoxes: readonly RegExp[] = [
  // What a box's settings and its first process do.
  /^Service\.(Type|ExecStart|ExecStartPre|User|Group|SupplementaryGroups|WorkingDirectory|UMask|UnsetEnvironment|IgnoreSIGPIPE)$/,
  /^Service\.(Limit[A-Z]+|KillSignal|KillMode|(Runtime|State|Cache|Logs|Configuration)Directory(Mode)?)$/,
  /^Service\.RuntimeDirectoryPreserve$/,
  // The engine starts a box again whenever it ends, and gives it the fleet's time to drain; the gate sees whether it came up.
  /^Service\.(Restart\w*|SuccessExitStatus|Timeout\w+|SendSIGKILL|SendSIGHUP|FinalKillSignal|NotifyAccess|PIDFile|GuessMainPID)$/,
  /^Service\.(FileDescriptorStoreMax|OOMPolicy|OOMScoreAdjust|StartLimit\w+|ReloadSignal|ExecReload|WatchdogSignal)$/,
  // Its output is the box's log.
  /^Service\.(Syslog\w+|LogLevelMax|LogRateLimit\w+|LogNamespace|LogExtraFields)$/,
  // They lock a service in. A box has fewer rights yet, and a container's systemd leaves out what needs mounts.
  /^Service\.(NoNewPrivileges|Protect\w+|Private(Tmp|Devices|Mounts|IPC|Users)|Restrict\w+|LockPersonality|RemoveIPC)$/,
  /^Service\.(MemoryDenyWriteExecute|SystemCall\w+|CapabilityBoundingSet|KeyringMode|ProcSubset|DevicePolicy|DeviceAllow)$/,
  /^Service\.(Read(Write|Only)|Inaccessible|Exec|NoExec)(Paths|Directories)$/,
  /^Service\.(\w+Accounting|Slice|Delegate)$/,
  // Order, and what is for people or for enabling.
  /^Unit\.(Description|Documentation|After|Before|Conflicts|PartOf|SourcePath|DefaultDependencies|RequiresMountsFor)$/,
  /^Unit\.(StartLimit\w+|IgnoreOnIsolate|AllowIsolate|RefuseManual\w+|StopWhenUnneeded|JobTimeout\w+|CollectMode)$/,
  // Judged by the units that there are.
  /^Unit\.(Requires|Wants|BindsTo|Requisite|Upholds|OnFailure|OnSuccess)$/,
  /^Install\./,
];

/** Settings that need systemd unless they have one of these values, in any spelling. */
export const trueWith: Readonly<Record<string, readonly string[]>> = {
  "Service.DynamicUser": ["no", "false", "0", "off"],
  "Service.RemainAfterExit": ["no", "false", "0", "off"],
  "Service.StandardInput": ["null"],
  "Service.StandardOutput": ["journal", "inherit", "syslog", "journal+console", "syslog+console", "kmsg"],
  "Service.StandardError": ["journal", "inherit", "syslog", "journal+console", "syslog+console", "kmsg"],
  "Service.WatchdogSec": ["0", "0s", "infinity"],
  "Service.RuntimeMaxSec": ["infinity"],
  "Service.Nice": ["0"],
};

/** Mounts and control groups, which no container may make by itself; with the way out. */
export const notInContainers: readonly { keys: RegExp; wayOut: string }[] = [
  {
    keys: /^Service\.(BindPaths|BindReadOnlyPaths|TemporaryFileSystem)$/,
    wayOut: "a container mounts nothing, so it runs without; give it what it looks for there by another way",
  },
  {
    keys: /^Service\.(Memory(Min|Low|High|Max|SwapMax|Limit)|StartupMemory\w+)$/,
    wayOut: "set memory of the fleet in the environment",
  },
  {
    keys: /^Service\.(CPU(Quota|Weight|Shares)\w*|StartupCPU\w+|AllowedCPUs)$/,
    wayOut: "set cpus of the fleet in the environment",
  },
  {
    keys: /^Service\.(IO|BlockIO|StartupIO|StartupBlockIO)(Weight|DeviceWeight|\w+Max|\w+Bandwidth)$/,
    wayOut: "limit it on the machine of the engine",
  },
  { keys: /^Service\.TasksMax$/, wayOut: "limit it on the machine of the engine" },
];
