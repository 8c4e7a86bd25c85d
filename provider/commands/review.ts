/** `pulumi-iconik review`: what a change means for people, before it happens. */

import { writeFileSync } from "node:fs";
import { Option, type Command } from "commander";
import { documentsOf } from "../clouds/grants/documents";
import { storagesOf } from "../clouds/grants/from-tenant";
import type { Session } from "../engine";
import { noGuards, type Guards } from "../engine/guards/exceptions";
import { manifest } from "../manifest";
import {
  guarded,
  html,
  json,
  markdown,
  review as compare,
  sarif,
  text,
  type Guarded,
  type Review,
  type Statement,
  type StorageGrants,
} from "../review";
import { guardsOf } from "../tenant/guards";
import { readPeople } from "../tenant/live/people";
import { readLive } from "../tenant/live/read";
import { readSnapshot, writeSnapshot } from "../tenant/live/snapshot";
import { sameTenant, type Picture } from "../tenant/picture";
import { readText } from "./files";
import { liveSession } from "./live";
import { waiting } from "./progress";
import { readReview } from "./sources/review";
import { parseAnySource, readPreview, readSource, sourceForms, type Source } from "./source";
import { hasColors } from "./terminal";

interface Flags {
  savePeople?: string;
  name?: string;
  live?: boolean;
  people?: string;
  report?: string;
  also?: string[];
  failOn: "guard" | "escalation" | "any" | "none";
  format: "text" | "markdown" | "json" | "sarif" | "html";
}

/** Adds the command. Exit codes: 0 fine, 1 errors, 2 what --fail-on names, 3 refused by a guard unless it names none. */
export function review(program: Command): void {
  program
    .command("review")
    .description("what a change means: who gains and who loses what, the dangerous first")
    .argument("<from>", "the tenant before the change: a source; preview:F holds both sides", parseAnySource)
    .argument("[to]", "the tenant after it: a source", parseAnySource)
    .option(
      "--live",
      "look at the tenant of the environment, too: what was changed by hand and goes back, and whom it is about",
    )
    .option("--people <FILE>", "who is in which group: a snapshot as --save-people writes it")
    .option("--save-people <FILE>", "write who is in which group, as it was read")
    .option("--name <NAME>", "what the tenant is called in the first line; left out: the stack, or the second source")
    .option(
      "--also <FILE>",
      "the review of another environment, in JSON, for the same Markdown or page; repeatable",
      (file: string, before: string[] = []) => [...before, file],
    )
    .option("--report <URL>", "where the full report is, for Markdown that does not hold it all")
    .addOption(
      new Option(
        "--fail-on <WHAT>",
        "what ends with 2: escalations that nothing acknowledges, or any change; with guard, nothing does. A refusal ends with 3, unless this is none",
      )
        .choices(["guard", "escalation", "any", "none"])
        .default("escalation"),
    )
    .addOption(
      new Option("--format <format>", "how to print")
        .choices(["text", "markdown", "json", "sarif", "html"])
        .default("text"),
    )
    .addHelpText(
      "after",
      `${sourceForms}\n\nEnds with 0 when all is well, 1 with errors, 2 with what --fail-on names, 3 when a guard refuses the change; with --fail-on none, with 0 or 1.`,
    )
    .action(run);
}

async function run(fromSource: Source, toSource: Source | undefined, flags: Flags): Promise<void> {
  if (flags.also && flags.format !== "markdown" && flags.format !== "html") {
    const why = `${flags.format} is about one environment. Write one of these, or a review for each`;
    throw new Error(`--also goes with --format markdown or html: ${why}`);
  }
  const opened = new Map<Picture, Opened>();
  try {
    await reviewed(fromSource, toSource, flags, opened);
  } finally {
    for (const { session } of opened.values()) await session.client.close();
  }
}

async function reviewed(
  fromSource: Source,
  toSource: Source | undefined,
  flags: Flags,
  opened: Map<Picture, Opened>,
): Promise<void> {
  const wantsPeople = flags.people === undefined;
  const { from, to } = await bothSides(fromSource, toSource, wantsPeople, opened);
  const live = flags.live ? await tenantAt(undefined, wantsPeople, opened) : undefined;
  for (const tenant of [live, from, to]) {
    if (tenant?.extent === "everything")
      for (const side of [from, to]) if (side.extent === "described") sameTenant(side, tenant);
  }
  const people =
    flags.people === undefined ? undefined : readSnapshot(readText(flags.people), flags.people, to.tenant.domainId);
  if (flags.savePeople !== undefined) savePeople(flags.savePeople, [live, to, from]);
  const tenant = live ?? (from.extent === "everything" ? from : undefined);
  const name = flags.name ?? (toSource && stackOf(toSource));
  const guards = tenant && to.extent === "described" ? await askGuards(from, to, tenant, opened.get(tenant)!) : {};
  const found = compare(from, to, {
    now: new Date(),
    ...guards,
    // A tenant does not say what is granted, and then everything would seem to be new.
    ...(from.extent === to.extent && { grants: { from: grantsOf(from), to: grantsOf(to) } }),
    ...(name !== undefined && { name }),
    ...(live && { live }),
    // What a program in another language applies, it is not held to.
    ...(toSource && toSource.sort !== "preview" && { version: manifest.version }),
    ...(people && { people }),
  });
  process.stdout.write(print(found, to, flags));
  process.exitCode = exitCode(found, flags.failOn);
}

/** People call an environment by its stack. */
const stackOf = (source: Source): string | undefined =>
  source.sort === "stack" ? source.stack : source.sort === "git" ? stackOf(source.of) : undefined;

/** A tenant that was read: what guards look at in it is not read again. `guards`: those that the session is held to. */
interface Opened {
  session: Session;
  guards: Guards;
}

function askGuards(from: Picture, to: Picture, tenant: Picture, { session, guards }: Opened): Promise<Guarded> {
  Object.assign(guards, guardsOf(to));
  return waiting("asking the guards", () => guarded(session, from, to, tenant));
}

async function bothSides(
  from: Source,
  to: Source | undefined,
  wantsPeople: boolean,
  opened: Map<Picture, Opened>,
): Promise<{ from: Picture; to: Picture }> {
  if (from.sort === "preview" && !to) return readPreview(from.file);
  if (!to) throw new Error("two sources are compared; only preview:<file> holds both sides. Write the second one");
  return { from: await sideAt(from, wantsPeople, opened), to: await sideAt(to, wantsPeople, opened) };
}

/** What a source says; of a live one, also who is in which group when nothing else says it. */
export async function pictureAt(source: Source, wantsPeople: boolean): Promise<Picture> {
  const opened = new Map<Picture, Opened>();
  try {
    return await sideAt(source, wantsPeople, opened);
  } finally {
    for (const { session } of opened.values()) await session.client.close();
  }
}

const sideAt = (source: Source, wantsPeople: boolean, opened: Map<Picture, Opened>): Promise<Picture> =>
  source.sort === "live"
    ? tenantAt(source.name, wantsPeople, opened)
    : waiting(`reading ${source.text}`, () => readSource(source));

/** A live tenant, with who is in which group unless a file says that. Whoever gave `opened` closes what is in it. */
async function tenantAt(
  name: string | undefined,
  wantsPeople: boolean,
  opened: Map<Picture, Opened>,
): Promise<Picture> {
  const guards: Guards = { ...noGuards };
  const session = liveSession(name, { guards });
  const source = name === undefined ? "live" : `live:${name}`;
  try {
    const picture = await waiting(`reading ${source}`, async (tell) => {
      const read = { ...(await readLive(session, { mayLackPeople: true, progress: tell })), source };
      if (!wantsPeople) return read;
      const { resources, tenant } = read;
      return {
        ...read,
        people: await readPeople(session, tenant.model, {
          resources,
          progress: (done, of) => tell("people", done, of),
        }),
      };
    });
    opened.set(picture, { session, guards });
    return picture;
  } catch (error) {
    await session.client.close();
    throw error;
  }
}

function savePeople(file: string, pictures: readonly (Picture | undefined)[]): void {
  const known = pictures.find((picture) => picture && "known" in picture.people);
  if (!known || !("known" in known.people)) {
    const why = pictures
      .map((picture) => (picture && "unknown" in picture.people ? picture.people.unknown : undefined))
      .find((one) => one !== undefined);
    throw new Error(`there is nobody to save in ${file}: ${why ?? "no tenant was read"}. --live reads one`);
  }
  writeFileSync(file, writeSnapshot(known.people, known.tenant.domainId));
}

function print(found: Review, { resources }: Picture, { format: wanted, also = [], report }: Flags): string {
  switch (wanted) {
    case "json":
      return json(found);
    case "html":
      return html(found, also.map(readReview));
    case "sarif":
      return sarif(found, resources.find(({ place }) => place)?.place?.file);
    case "markdown":
      return markdown([found, ...also.map(readReview)], { ...(report !== undefined && { report }) });
    default:
      return text(found, { colors: hasColors(process.stdout) });
  }
}

function exitCode({ statements, reverts }: Review, failOn: Flags["failOn"]): number {
  if (failOn === "none") return 0;
  const all: readonly Statement[] = [...statements, ...(reverts?.statements ?? [])];
  if (all.some(({ level }) => level === "guard")) return 3;
  if (failOn === "any") return all.length > 0 ? 2 : 0;
  return failOn === "escalation" && all.some(({ level, allowed }) => level === "escalation" && !allowed) ? 2 : 0;
}

/** What the identity of each storage of the description is granted in its cloud. A tenant does not say it. */
export function grantsOf({ extent, resources, provision }: Picture): StorageGrants[] {
  if (extent === "everything") return [];
  const described = resources.map((one) => ({ ...one, place: one.place ?? { file: "", line: 1, column: 1 } }));
  const { storages } = storagesOf({ resources: described, provision });
  return documentsOf(storages, {}).map(({ need, grants }) => ({
    storage: need.label,
    grants: grants.map(({ action, resource, conditions }) => ({
      action,
      on: [resource, ...conditions.map(({ key, operator, values }) => `${key} ${operator} ${values.join(", ")}`)].join(
        ", where ",
      ),
    })),
  }));
}
