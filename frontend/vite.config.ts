import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { fileURLToPath } from "node:url";
import { defineConfig, type Plugin } from "vite";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Sonner puts its rules into a <style>, which the policy forbids; `styles.css` imports them as a file instead. */
const sonnerWithoutInlineStyle: Plugin = {
  name: "sonner-without-inline-style",
  enforce: "pre",
  transform(code, id) {
    if (!id.includes("/sonner/dist/index.mjs")) return null;
    return { code: code.replace("function __insertCSS(code) {", "function __insertCSS(code) { return;"), map: null };
  },
};

export default defineConfig({
  plugins: [sonnerWithoutInlineStyle, react(), tailwindcss()],
  resolve: {
    alias: {
      "@": here("./src"),
      "react-style-singleton": here("./src/lib/style-singleton.ts"),
    },
  },
  // Nothing as data: URLs, which the policy forbids for fonts.
  build: { assetsInlineLimit: 0, manifest: true, target: "es2023" },
  server: { proxy: { "/api": { target: process.env["KILOWATCH_URL"] ?? "http://127.0.0.1:18090", ws: true } } },
});
