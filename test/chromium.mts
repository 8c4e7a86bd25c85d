// A real browser for tests of the page: the system's Chromium. Debian's package takes ten seconds to install.
import { delimiter, join } from "node:path";
import { executable, progress, run } from "./go-build.mts";

/** What a person without one is told. */
export const noChromium = "there is no Chromium: install the package chromium, or set CHROMIUM to its path";

/**
 * The path of the program: the one of `CHROMIUM`, or the one on PATH. Where everything is to be tested (`CI`), it is
 * installed when it is not there, which takes root.
 * @throws Error `noChromium`, or why it cannot be installed
 */
export async function chromiumProgram(): Promise<string> {
  const { CHROMIUM, CI } = process.env;
  if (CHROMIUM) {
    if (!executable(CHROMIUM)) throw new Error(`CHROMIUM is ${CHROMIUM}, which is no program that can be run`);
    return CHROMIUM;
  }
  const found = onPath();
  if (found !== undefined) return found;
  if (!CI || process.getuid?.() !== 0) throw new Error(noChromium);
  progress("Installing Chromium, once");
  const options = { cwd: "/", env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" }, minutes: 8 };
  await run("apt-get", ["update"], options);
  await run(
    "apt-get",
    ["install", "--yes", "--no-install-recommends", "-o", "DPkg::Lock::Timeout=300", "chromium"],
    options,
  );
  const installed = onPath();
  if (installed === undefined) throw new Error(noChromium);
  return installed;
}

function onPath(): string | undefined {
  const folders = [...(process.env.PATH ?? "").split(delimiter), "/usr/bin"];
  const names = ["chromium", "chromium-browser", "google-chrome"];
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find(executable);
}

/** So that it runs as root, and asks nobody for anything by itself. */
export const chromiumArguments = [
  "--no-sandbox",
  "--disable-gpu",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
