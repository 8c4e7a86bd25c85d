/** The files of a description as texts that can be changed: which one says what, and what they say together. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseDocument, type Document } from "yaml";
import type { Place } from "../desired";
import { readLayers, type TenantSource } from "../files/source";
import { loadTenant, type Checked } from "../index";
import { edited, keyOffset, nodeAt, type Change, type Path } from "./edit";

interface File {
  /** As people see it, relative to the working folder. */
  name: string;
  path: string;
  before: string;
  text: string;
}

/** The base first, then the overlays. */
export type Layers = readonly (readonly File[])[];

export const layersOf = (source: TenantSource, cwd: string): Layers =>
  readLayers(source, cwd, () => undefined).map((layer) =>
    layer.map(({ file, text }) => ({ name: file, path: resolve(cwd, file), before: text, text })),
  );

export const copyOf = (layers: Layers): Layers => layers.map((layer) => layer.map((file) => ({ ...file })));

/** Files whose text is another than it was. */
export const changedFiles = (layers: Layers): File[] => layers.flat().filter(({ before, text }) => before !== text);

/** Those in which the path is written, the one that has the last word first. */
export const writersOf = (layers: Layers, path: Path): File[] =>
  layers
    .toReversed()
    .flatMap((layer) =>
      layer.filter(
        (file) => nodeAt(documentOf(file), path) !== undefined || keyOffset(documentOf(file), path) !== undefined,
      ),
    );

/** Where a path is written by the file that has the last word; or, in the base first, what would hold it. */
export function placeOf(layers: Layers, path: Path): Place | undefined {
  for (let length = path.length; length > 0; length -= 1) {
    const file = writersOf(layers, path.slice(0, length)).at(length === path.length ? 0 : -1);
    const offset = file && keyOffset(documentOf(file), path.slice(0, length));
    if (!file || offset === undefined) continue;
    const before = file.text.slice(0, offset).split("\n");
    return { file: file.name, line: before.length, column: before.at(-1)!.length + 1 };
  }
  return undefined;
}

/** What is written at a path in one file, as plain data with maps. */
export const dataAt = (file: File, path: Path): unknown => {
  const document = documentOf(file);
  return nodeAt(document, path)?.toJS(document, { mapAsMap: true });
};

export function change(file: File, path: Path, wanted: Change): void {
  file.text = edited(file.text, path, wanted);
}

const documents = new WeakMap<File, { text: string; document: Document }>();
function documentOf(file: File): Document {
  const known = documents.get(file);
  if (known?.text === file.text) return known.document;
  const document = parseDocument(file.text, {
    version: "1.2",
    schema: "core",
    stringKeys: true,
    uniqueKeys: false,
    prettyErrors: false,
  });
  documents.set(file, { text: file.text, document });
  return document;
}

/** What the texts say, as if they were written. */
export function loadLayers(layers: Layers): Checked {
  const folder = mkdtempSync(join(tmpdir(), "pulumi-iconik-accept-"));
  try {
    const names = layers.map((layer, index) => {
      const name = String(index);
      mkdirSync(join(folder, name));
      for (const [count, { text }] of layer.entries()) writeFileSync(join(folder, name, `${count}.yaml`), text);
      return name;
    });
    const [base = "", ...overlays] = names;
    return loadTenant({ base, overlays }, { cwd: folder, loopback: true });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
