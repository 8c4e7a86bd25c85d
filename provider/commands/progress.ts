/** What a command is doing, for whoever waits: on a terminal only, and only of what takes longer than a second. */

const second = 1_000;
const frames = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];

/** Runs `work`, and says on stderr what is under way until it is done. */
export async function waiting<T>(what: string, work: () => Promise<T>): Promise<T> {
  const { stderr } = process;
  if (stderr.isTTY !== true) return work();
  const started = Date.now();
  const timer = setInterval(() => {
    const elapsed = Date.now() - started;
    if (elapsed < second) return;
    const line = `${frames[Math.floor(elapsed / 100) % frames.length]} ${what} (${Math.floor(elapsed / second)} s)`;
    stderr.write(`\r\u001b[2K${line.slice(0, Math.max(1, (stderr.columns ?? 80) - 1))}`);
  }, 100);
  try {
    return await work();
  } finally {
    clearInterval(timer);
    if (Date.now() - started >= second) stderr.write("\r\u001b[2K");
  }
}
