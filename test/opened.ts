// What the tests of a file, or of a block, share and a person's machine may be without: a server that is built, a browser.
import { afterAll, beforeAll, type TestContext } from "vitest";

/** Why there is no S3 server, by what opening one says. */
export const noS3Server = { "go is not installed": "the S3 server is built with Go, and go is not installed" };

export interface Opened<T> {
  /** It; or the test is skipped, with the reason. */
  given(context: TestContext): T;
  /** It, where it is there. */
  there(): T | undefined;
}

/**
 * Opens it before the tests and closes it after them.
 * @param lacking reasons to skip, by the message of the error: where everything is to be tested (`CI`), none counts
 */
export function opened<T>(
  open: () => Promise<T>,
  close: (one: T) => Promise<unknown>,
  lacking: Readonly<Record<string, string>>,
): Opened<T> {
  let one: T | undefined;
  let missing: string | undefined;
  beforeAll(async () => {
    try {
      one = await open();
    } catch (error) {
      missing = process.env.CI ? undefined : lacking[(error as Error).message];
      if (missing === undefined) throw error;
    }
  });
  afterAll(async () => {
    if (one !== undefined) await close(one);
  });
  return {
    given(context) {
      if (missing !== undefined) context.skip(missing);
      return one!;
    },
    there: () => one,
  };
}
