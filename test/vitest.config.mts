import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    root: `${import.meta.dirname}/..`,
    include: ["test/**/*.test.ts"],
    pool: "forks",
    maxWorkers: 2,
    // End-to-end tests ask for more (`endToEnd` in cli.ts); a hook may have to wait for a first build of the CLI.
    testTimeout: 60_000,
    hookTimeout: 10 * 60_000,
  },
});
