import { open, openBytes, seal, sealBytes } from "./sealing";
import { changed, database, type FileRow, type Row, type State } from "./store";
import type { Problem } from "./verdict";

export interface FileNote {
  id: string;
  field: string;
  name: string;
  type: string;
  size: number;
}

export interface Content {
  page: string; // where the form is, to open it again
  action: string; // where it is sent
  title: string;
  language: string;
  fields: [name: string, value: string][];
  shown: { name: string; label: string; text: string }[];
  files: FileNote[];
}

export type NewContent = Omit<Content, "files">;
export interface NewFile {
  field: string;
  file: File;
}

const DAY_MS = 86_400_000;

export async function contentOf(row: Row): Promise<Content> {
  return open<Content>(row.account, `content|${row.id}`, row.content);
}

export async function answerOf(row: Row): Promise<Problem | null> {
  return row.answer && open<Problem>(row.account, `answer|${row.id}`, row.answer);
}

export async function fileOf(row: Row, note: FileNote): Promise<File> {
  const found = await (await database()).get("files", note.id);
  if (!found) throw new Error(`The file of ${note.field} is gone.`);
  return new File([await openBytes(row.account, `file|${note.id}`, found.sealed)], note.name, { type: note.type });
}

// Seals an entry and writes it in one transaction; `instead` takes the place of an earlier one, which goes.
export async function add(account: string, made: NewContent, files: NewFile[], instead?: string): Promise<string> {
  const id = crypto.randomUUID();
  const notes: FileNote[] = [];
  const rows: FileRow[] = [];
  for (const { field, file } of files) {
    const note = { id: crypto.randomUUID(), field, name: file.name, type: file.type, size: file.size };
    notes.push(note);
    rows.push({ id: note.id, entry: id, sealed: await sealBytes(account, `file|${note.id}`, await file.arrayBuffer()) });
  }
  const content = await seal(account, `content|${id}`, { ...made, files: notes } satisfies Content);
  const row: Row = {
    id,
    account,
    state: "waiting",
    made: Date.now(),
    attempts: 0,
    next: 0,
    needsLogIn: false,
    unreached: false,
    bytes: notes.reduce((sum, note) => sum + note.size, 0),
    content,
    answer: null,
  };
  const writing = (await database()).transaction(["entries", "files"], "readwrite");
  const entries = writing.objectStore("entries");
  const held = writing.objectStore("files");
  if (instead) {
    void entries.delete(instead);
    for (const key of await held.index("entry").getAllKeys(instead)) void held.delete(key);
  }
  void entries.add(row);
  for (const each of rows) void held.add(each);
  await writing.done;
  changed();
  return id;
}

export async function all(): Promise<Row[]> {
  const rows = await (await database()).getAll("entries");
  return rows.sort((a, b) => a.made - b.made);
}

export async function find(id: string): Promise<Row | undefined> {
  return (await database()).get("entries", id);
}

// Changes an entry that is still there: one that was wiped meanwhile stays away.
export async function change(id: string, values: Partial<Row>): Promise<void> {
  const writing = (await database()).transaction("entries", "readwrite");
  const row = await writing.store.get(id);
  if (row) await writing.store.put({ ...row, ...values });
  await writing.done;
  changed();
}

export async function settle(row: Row, state: State, answer: Problem): Promise<void> {
  await change(row.id, { state, answer: await seal(row.account, `answer|${row.id}`, answer), needsLogIn: false });
  if (state === "stored") await dropFiles(row.id);
}

async function dropFiles(entry: string): Promise<void> {
  const writing = (await database()).transaction("files", "readwrite");
  for (const key of await writing.store.index("entry").getAllKeys(entry)) void writing.store.delete(key);
  await writing.done;
}

export async function discard(id: string): Promise<void> {
  await dropFiles(id);
  await (await database()).delete("entries", id);
  changed();
}

// Makes due what waits for its next attempt. A server that asked for patience is left in peace unless a person insists.
export async function retryNow(insist: boolean): Promise<void> {
  for (const row of await all()) {
    if (row.state === "waiting" && row.next > Date.now() && (insist || row.unreached)) await change(row.id, { next: 0 });
  }
}

// What was stored stays listed for a day.
export async function clearStored(olderThanMs = DAY_MS): Promise<void> {
  for (const row of await all()) {
    if (row.state === "stored" && Date.now() - row.made >= olderThanMs) await discard(row.id);
  }
}
