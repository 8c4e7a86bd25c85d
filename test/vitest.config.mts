import { defineConfig } from "vitest/config";

export default defineConfig({
  // That packages leave out the sources of their source maps is none of ours.
  logLevel: "error",
  test: {
    root: `${import.meta.dirname}/..`,
    include: ["test/**/*.test.ts"],
    pool: "forks",
    maxWorkers: 2,
    // GitHub's parser imports JSON as bundlers take it, and Node does not.
    server: { deps: { inline: [/@actions\//] } },
    // End-to-end tests ask for more (`endToEnd` in cli.ts); a hook may have to wait for a first build of the CLI.
    testTimeout: 60_000,
    hookTimeout: 10 * 60_000,
  },
});
