/** Whether a text is the IANA name of a time zone. */
export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    // An offset is one for Intl, and a path that leads out of the folder for others.
    return /^[A-Za-z]/.test(name);
  } catch {
    return false;
  }
}
