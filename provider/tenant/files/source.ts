/** Which files a description consists of, and their texts. */

import { existsSync, readdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import { isAbsolute, join, relative, resolve, sep } from "node:path";
import type { Report } from "../diagnostics";
import { sourceText, type SourceText } from "./text";

/** Where a description is written: a file or a folder, and overlays (files or folders) in the order they apply. */
export interface TenantSource {
  base: string;
  overlays?: string[];
}

/** One layer: the base or an overlay. */
export type Layer = SourceText[];

const megabytes = 5;

/**
 * A source as commands take it: `tenant.yaml`, a folder, or `base.yaml+prod.yaml`. A path that exists with a plus in
 * its name is taken as it is.
 */
export function parseSource(text: string, cwd = process.cwd()): TenantSource {
  if (existsSync(resolve(cwd, text))) return { base: text };
  const [base = "", ...overlays] = text.split("+");
  return overlays.length > 0 ? { base, overlays } : { base };
}

/** Reads every file. What cannot be read is reported, so that all of it is told at once. */
export function readLayers(source: TenantSource, cwd: string, report: Report): Layer[] {
  const reader = new Reader(cwd, report);
  const base = reader.layer(source.base, false);
  const overlays = (source.overlays ?? []).map((path) => {
    if (reader.isInside(path, source.base)) {
      const nowhere = sourceText(shown(resolve(cwd, path), cwd), "", reader.count++, true);
      report(
        "outside-folder",
        { text: nowhere, start: 0, end: 0 },
        `The overlay lies inside the base folder ${source.base}, where it would be read as a part of the base too`,
        "move it out of the base folder",
      );
      return [];
    }
    return reader.layer(path, true);
  });
  return [base, ...overlays];
}

class Reader {
  count = 0;
  private bytes = 0;

  constructor(
    private readonly cwd: string,
    private readonly report: Report,
  ) {}

  layer(path: string, overlay: boolean): Layer {
    const whole = resolve(this.cwd, path);
    try {
      if (!statSync(whole).isDirectory()) return this.file(whole, overlay);
      const root = realpathSync(whole);
      const files = this.filesOf(whole, root, overlay);
      if (files.length === 0) {
        this.complain(
          "unreadable",
          whole,
          overlay,
          "The folder holds no .yaml or .yml file",
          "write tenant.yaml into it",
        );
      }
      return files.flatMap((file) => this.file(file, overlay));
    } catch (error) {
      this.complain("unreadable", whole, overlay, `It cannot be read: ${reason(error)}`, "check the path");
      return [];
    }
  }

  isInside(path: string, base: string): boolean {
    try {
      const root = realpathSync(resolve(this.cwd, base));
      return statSync(root).isDirectory() && within(realpathSync(resolve(this.cwd, path)), root);
    } catch {
      return false; // Told when it is read.
    }
  }

  /**
   * In the order of their paths, each once. Names that begin with a dot are left out. A link may not lead out of the
   * folder.
   */
  private filesOf(folder: string, root: string, overlay: boolean, seen = new Set([root])): string[] {
    return readdirSync(folder)
      .filter((name) => !name.startsWith("."))
      .sort()
      .flatMap((name) => {
        const path = join(folder, name);
        const isFile = /\.ya?ml$/.test(name);
        let real: string;
        try {
          real = realpathSync(path);
        } catch (error) {
          if (isFile) {
            this.complain(
              "unreadable",
              path,
              overlay,
              `It cannot be read: ${reason(error)}`,
              "check where the link leads",
            );
          }
          return [];
        }
        const isFolder = statSync(real).isDirectory();
        if (!isFolder && !isFile) return [];
        if (!within(real, root)) {
          this.complain(
            "outside-folder",
            path,
            overlay,
            "The link leads out of the folder",
            "put the file itself there",
          );
          return [];
        }
        // A link to a folder above would never end, and links to and fro would take for ever.
        if (seen.has(real)) return [];
        seen.add(real);
        return isFolder ? this.filesOf(path, root, overlay, seen) : [path];
      });
  }

  private file(path: string, overlay: boolean): SourceText[] {
    const status = statSync(path);
    if (!status.isFile()) {
      // A device or a pipe may never end.
      this.complain("unreadable", path, overlay, "It is neither a file nor a folder", "write it to a file first");
      return [];
    }
    this.bytes += status.size;
    if (this.bytes > megabytes * 1024 * 1024) {
      this.complain(
        "too-large",
        path,
        overlay,
        `The description is larger than ${megabytes} MB`,
        "a tenant that size belongs in TypeScript",
      );
      return [];
    }
    const bytes = readFileSync(path);
    try {
      const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
      return [sourceText(shown(path, this.cwd), text, this.count++, overlay)];
    } catch {
      this.complain("unreadable", path, overlay, "The file is not UTF-8", "save it as UTF-8");
      return [];
    }
  }

  private complain(
    code: "unreadable" | "outside-folder" | "too-large",
    path: string,
    overlay: boolean,
    message: string,
    fix: string,
  ): void {
    const text = sourceText(shown(path, this.cwd), "", this.count++, overlay);
    this.report(code, { text, start: 0, end: 0 }, message, fix);
  }
}

const within = (path: string, root: string): boolean => path === root || path.startsWith(root + sep);

const shown = (path: string, cwd: string): string => {
  const short = relative(cwd, path);
  return (short === "" || isAbsolute(short) ? path : short).split(sep).join("/");
};

/** Why something cannot be read, without the path that Node repeats. */
export const reason = (error: unknown): string => {
  const { code, message } = error as NodeJS.ErrnoException;
  const known: Record<string, string> = {
    ENOENT: "there is nothing",
    EISDIR: "it is a folder",
    EACCES: "permission denied",
    ELOOP: "links that lead in a circle",
    ENOTDIR: "a part of the path is no folder",
  };
  return (code && known[code]) ?? code ?? message;
};
