// A build takes the place of the one before while a server runs that began with it.
import { mkdir, readFile, readdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

const LIST = "files.json";
const NAMES = ["manifest.json", LIST];

// Moves what lies in `made` to `final`: the files first, what names them last. The files of the build before stay for
// servers that began with it; those of older builds go. A build that changes nothing is none.
export async function putInPlace(made, final) {
  await mkdir(final, { recursive: true });
  const there = await readdir(final);
  const files = (await readdir(made)).sort();
  const last = await readList(final, there);
  const before = String(last.files) === String(files) ? last.before : last.files;
  await writeFile(join(made, LIST), JSON.stringify({ files, before }) + "\n");
  for (const name of [...files.filter((name) => !NAMES.includes(name)), ...NAMES]) {
    await rename(join(made, name), join(final, name));
  }
  const kept = new Set([...files, ...before, ...NAMES]);
  for (const name of there) if (!kept.has(name)) await rm(join(final, name), { recursive: true });
  await rm(made, { recursive: true });
}

async function readList(final, there) {
  if (there.includes(LIST)) return JSON.parse(await readFile(join(final, LIST), "utf8"));
  return { files: there, before: [] };
}
