// Builds static/dist from static/src: bundles, minified, with their hash in the
// name, and manifest.json from each logical name to its file. Run by
// hatch_build.py, or by hand: `node static/build.mjs`.

import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

import esbuild from "esbuild";
import * as sass from "sass";

import { logical } from "./logical.mjs";

const HERE = dirname(fileURLToPath(import.meta.url));
const ROOT = dirname(HERE);
const SOURCE = join(HERE, "src");
const DIST = join(HERE, "dist");
const MAKING = join(ROOT, "node_modules", ".dist"); // takes the place of DIST when it is whole
const TEXT = /\.(?:css|js|svg)$/;
const BROWSERS = ["chrome109", "edge109", "firefox115", "safari15.4"];

const styles = {
  name: "styles",
  setup(build) {
    build.onLoad({ filter: /\.scss$/ }, ({ path }) => {
      const { css, loadedUrls } = sass.compile(path, {
        loadPaths: [join(ROOT, "node_modules")],
        quietDeps: true,
        style: "expanded",
      });
      return {
        contents: logical(css),
        loader: "css",
        resolveDir: dirname(path),
        watchFiles: loadedUrls.map(fileURLToPath),
      };
    });
  },
};

/** What esbuild needs to make every bundle in one run. */
function options() {
  return {
    absWorkingDir: ROOT,
    entryPoints: [
      "app.js",
      "map.js",
      "tiles.js",
      "pin.js",
      "embed.js",
      "moderate.js",
      "app.scss",
      "map.scss",
      "forms.scss",
      "moderate.scss",
      "icons.svg",
      "favicon.svg",
    ].map((name) => join(SOURCE, name)),
    outdir: MAKING,
    entryNames: "[name]-[hash]",
    assetNames: "[name]-[hash]",
    bundle: true,
    format: "iife",
    legalComments: "eof",
    loader: { ".inline.svg": "dataurl", ".png": "file", ".svg": "copy", ".woff2": "file" },
    metafile: true,
    minify: true,
    plugins: [styles],
    target: BROWSERS,
  };
}

/** Where each logical name went: {"app.css": "app-1A2B3C4D.css", ...}. */
function manifest(outputs) {
  const names = Object.entries(outputs).map(([path, output]) => {
    const source = output.entryPoint ?? Object.keys(output.inputs)[0];
    return [basename(source).replace(/\.scss$/, ".css"), basename(path)];
  });
  return Object.fromEntries(names.sort());
}

/** Put a .br and a .gz beside each text file, for the server to send as they are. */
function compress() {
  for (const name of readdirSync(MAKING).filter((file) => TEXT.test(file))) {
    const text = readFileSync(join(MAKING, name));
    const params = { [constants.BROTLI_PARAM_SIZE_HINT]: text.length };
    writeFileSync(join(MAKING, `${name}.br`), brotliCompressSync(text, { params }));
    writeFileSync(join(MAKING, `${name}.gz`), gzipSync(text, { level: 9 }));
  }
}

rmSync(MAKING, { recursive: true, force: true });
mkdirSync(MAKING, { recursive: true });
const { metafile } = await esbuild.build(options());
compress();
writeFileSync(join(MAKING, "manifest.json"), `${JSON.stringify(manifest(metafile.outputs), null, 2)}\n`);
rmSync(DIST, { recursive: true, force: true });
renameSync(MAKING, DIST);
