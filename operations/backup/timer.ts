/** How often a timer looks, in minutes; all of them divide an hour. */
const stepsMinutes = [60, 30, 15, 10, 5, 2, 1] as const;

/** What a timer runs, and for what. */
export interface TimerArgs {
  stack: string;
  /** Absolute path of the project. */
  root: string;
  /** Shortest time between two backups of one accessory, in seconds. */
  everySeconds: number;
}

/** A line for cron, and units for systemd, that back up what is due: either, on a machine that stays on. */
export function timerText({ stack, root, everySeconds }: TimerArgs): string {
  const step = stepMinutes(everySeconds);
  const command = `${root}/fleet backup --due --stack ${stack}`;
  const name = `fleet-backup-${stack}`;
  return [
    "# cron: a line for crontab -e of the user who runs npm run up",
    `${step === 60 ? "17" : `*/${step}`} * * * * ${command}`,
    "",
    `# systemd: ~/.config/systemd/user/${name}.service`,
    "[Service]",
    "Type=oneshot",
    `WorkingDirectory=${root}`,
    `ExecStart=${command}`,
    "",
    `# ~/.config/systemd/user/${name}.timer; then: systemctl --user enable --now ${name}.timer`,
    "[Timer]",
    `OnCalendar=*:${step === 60 ? "17" : `0/${step}`}`,
    "Persistent=true",
    "",
    "[Install]",
    "WantedBy=timers.target",
    "",
  ].join("\n");
}

/** Four looks in the time between two backups, at most one in an hour. */
function stepMinutes(everySeconds: number): number {
  return stepsMinutes.find((step) => step * 60 <= everySeconds / 4) ?? 1;
}
