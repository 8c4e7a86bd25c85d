/** Packages that only some clouds need: they are optional, and asked for in plain words when they are missing. */

import { cloudError } from "./errors";

/** @param load imports the package of this name, and nothing else that could be missing */
export async function peer<T>(name: string, load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (error) {
    const words = notInstalled(name, error);
    throw words === undefined ? error : cloudError({ code: "unsupported", message: words, cause: error });
  }
}

/** What to do, when it is this package that could not be found. */
export function notInstalled(name: string, error: unknown): string | undefined {
  const { code, message } = error as { code?: string; message?: string };
  if (!/^(ERR_)?MODULE_NOT_FOUND$/.test(code ?? "") || !message?.includes(name)) return undefined;
  return `the package ${name} is not installed, and this cloud needs it: npm install ${name}`;
}
