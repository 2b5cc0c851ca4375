// Bundles src/ into ../static/dist/ with hashed names, and writes there manifest.json: plain name → hashed name.
import { build } from "esbuild";
import { copyFile, mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { createHash } from "node:crypto";
import { basename, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import { putInPlace } from "./place.mjs";

const here = fileURLToPath(new URL(".", import.meta.url));
const final = join(here, "../static/dist");
// Built beside and put in place at the end, so that a failed build leaves the old one standing.
const dist = join(here, "node_modules/.dist");

const entries = [
  "src/site.ts",
  "src/wall.ts",
  "src/sensor.ts",
  "src/indicator.ts",
  "src/offline.ts",
  "src/public.css",
  "src/desk.css",
  "src/wall.css",
];

// Served as they are: MapLibre's worker is a script of its own, so that no blob: worker is needed.
const files = [
  ["node_modules/maplibre-gl/dist/maplibre-gl-worker.mjs", "map-worker.mjs"],
  ["src/icon.svg", "icon.svg"],
];

const started = performance.now();
await rm(dist, { recursive: true, force: true });
await mkdir(dist, { recursive: true });

const common = {
  absWorkingDir: here,
  outdir: dist,
  bundle: true,
  target: ["chrome109", "firefox115", "safari16"],
  minify: true,
  metafile: true,
  entryNames: "[name]-[hash]",
  logLevel: "warning",
};
const worker = await build({ ...common, entryPoints: ["src/sw.ts"], format: "iife" });
const result = await build({
  ...common,
  entryPoints: entries,
  splitting: true,
  format: "esm",
  legalComments: "linked",
  chunkNames: "[name]-[hash]",
  assetNames: "[name]-[hash]",
  loader: { ".woff2": "file", ".svg": "file" },
});

const manifest = {};
const outputs = { ...result.metafile.outputs, ...worker.metafile.outputs };
for (const [path, output] of Object.entries(outputs)) {
  const name = basename(path);
  if (output.entryPoint) {
    manifest[basename(output.entryPoint).replace(/\.ts$/, ".js")] = name;
  } else if (name.endsWith(".woff2")) {
    manifest[basename(Object.keys(output.inputs)[0])] = name;
  }
}
for (const [source, name] of files) {
  const content = await readFile(join(here, source));
  const hash = createHash("sha256").update(content).digest("hex").slice(0, 8).toUpperCase();
  const hashed = `${basename(name, extname(name))}-${hash}${extname(name)}`;
  await copyFile(join(here, source), join(dist, hashed));
  manifest[name] = hashed;
}

// What pages that open without a connection need: the service worker keeps these.
const shell = new Set([manifest["icon.svg"]]);
function keep(path) {
  if (shell.has(basename(path))) return;
  shell.add(basename(path));
  for (const used of outputs[path].imports) if (!used.external) keep(used.path);
}
const kept = ["src/site.ts", "src/offline.ts", "src/desk.css", "src/public.css"];
for (const [path, output] of Object.entries(outputs)) if (kept.includes(output.entryPoint)) keep(path);
await writeFile(join(dist, "shell.json"), JSON.stringify([...shell].sort()) + "\n");

await Promise.all(
  (await readdir(dist))
    .filter((name) => /\.(m?js|css|svg)$/.test(name))
    .map(async (name) => {
      const content = await readFile(join(dist, name));
      await writeFile(join(dist, name + ".gz"), await promisify(gzip)(content, { level: 9 }));
      const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } };
      await writeFile(join(dist, name + ".br"), await promisify(brotliCompress)(content, quality));
    }),
);
await writeFile(join(dist, "manifest.json"), JSON.stringify(manifest, null, 2) + "\n");
await putInPlace(dist, final);
console.log(`Built ${Object.keys(manifest).length} assets in ${Math.round(performance.now() - started)} ms.`);
