import reactHooks from "eslint-plugin-react-hooks";
import tseslint from "typescript-eslint";

const forbid = (...patterns) => ["error", { patterns }];

export default tseslint.config(
  { ignores: ["dist", "src/api/schema.d.ts", "public", "eslint.config.js"] },
  ...tseslint.configs.strict,
  reactHooks.configs.flat["recommended-latest"],
  { rules: { "@typescript-eslint/no-non-null-assertion": "off" } },
  {
    files: ["src/features/**"],
    rules: {
      "no-restricted-imports": forbid(
        { group: ["@/features/*", "../../*"], message: "A feature stands alone: what two need goes to components or lib." },
        { group: ["@/app/*"], message: "The app puts features together, not the other way round." },
      ),
    },
  },
  {
    files: ["src/components/**", "src/lib/**", "src/api/**", "src/i18n/**"],
    rules: {
      "no-restricted-imports": forbid({ group: ["@/features/*", "@/app/*"], message: "What is shared knows no feature." }),
    },
  },
);
