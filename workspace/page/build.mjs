// Builds the page into a folder: `node build.mjs [folder]`, ../static when none is named.
import { copyFile, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const out = resolve(process.argv[2] ?? join(here, "..", "static"));

await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });
await build({
  absWorkingDir: here,
  entryPoints: { app: "src/app.tsx" },
  outdir: out,
  bundle: true,
  format: "esm",
  target: ["es2022"],
  jsx: "automatic",
  jsxImportSource: "preact",
  minify: true,
  charset: "utf8",
  legalComments: "none",
  define: { "process.env.NODE_ENV": '"production"' },
  logLevel: "warning",
});
for (const name of ["index.html", "favicon.svg"]) await copyFile(join(here, name), join(out, name));
const licence = await readFile(join(here, "node_modules", "preact", "LICENSE"), "utf8");
const { version } = JSON.parse(await readFile(join(here, "node_modules", "preact", "package.json"), "utf8"));
await writeFile(join(out, "NOTICES.txt"), `app.js contains Preact ${version}:\n\n${licence}`);
