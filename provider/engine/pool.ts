/** Work for many things, so many at a time. */

/** Calls at once; the client's rate budget decides how fast they go. */
const atOnce = 32;

/** Does the work for each, so many at once, in order of their coming. Stops at the first failure. */
export async function each<T, R>(
  items: readonly T[],
  work: (item: T) => Promise<R>,
  done: () => void = () => undefined,
): Promise<R[]> {
  const results: R[] = new Array<R>(items.length);
  let next = 0;
  let failed = false;
  const worker = async () => {
    while (next < items.length && !failed) {
      const index = next++;
      try {
        results[index] = await work(items[index]!);
      } catch (error) {
        failed = true;
        throw error;
      }
      done();
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, worker));
  return results;
}
