/** Paths that every box may write, in memory, whatever runs there. */
export const alwaysVolatile = ["/run", "/tmp", "/var/tmp", "/var/log"];
