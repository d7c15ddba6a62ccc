const everyMilliseconds = 5000;

/** Says on standard error, every 5 s while work lasts, what is being done and since when. @param line what is said before the time. */
export async function telling<T>(line: () => string, work: () => Promise<T>): Promise<T> {
  const began = Date.now();
  const timer = setInterval(() => {
    process.stderr.write(`${line()}, ${Math.round((Date.now() - began) / 1000)} s\n`);
  }, everyMilliseconds);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}
