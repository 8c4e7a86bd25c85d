/** What a command is doing, for whoever waits: on a terminal only, and only of what takes longer than a second. */

const second = 1_000;
const frames = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];

export type Tell = (what: string, done: number, of: number) => void;

/** Runs `work`, and says on stderr what is under way, and how far, until it is done. */
export async function waiting<T>(what: string, work: (tell: Tell) => Promise<T>): Promise<T> {
  const { stderr } = process;
  if (stderr.isTTY !== true) return work(() => undefined);
  const started = Date.now();
  let far = "";
  const timer = setInterval(() => {
    const elapsed = Date.now() - started;
    if (elapsed < second) return;
    const line = `${frames[Math.floor(elapsed / 100) % frames.length]} ${what}${far} (${Math.floor(elapsed / second)} s)`;
    stderr.write(`\r\u001b[2K${line.slice(0, Math.max(1, (stderr.columns ?? 80) - 1))}`);
  }, 100);
  try {
    return await work((part, done, of) => void (far = `: ${part} ${done}/${of}`));
  } finally {
    clearInterval(timer);
    if (Date.now() - started >= second) stderr.write("\r\u001b[2K");
  }
}
