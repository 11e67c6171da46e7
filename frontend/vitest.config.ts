import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

export default defineConfig({
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  test: {
    testTimeout: 30_000,
    projects: [
      { extends: true, test: { name: "pure", include: ["src/**/*.test.ts"] } },
      {
        extends: true,
        test: { name: "seen", include: ["src/**/*.test.tsx"], environment: "jsdom", setupFiles: ["src/testing/setup.ts"] },
      },
    ],
  },
});
