/**
 * What runs inside Pulumi's dynamic-provider process. `pulumi-iconik/runtime` is named by every resource in every
 * state file: this module's name and `provider` stay for ever.
 */

import { createHash } from "node:crypto";
import { cloudHandler } from "../clouds/dynamic/handler";
import { cloudKinds } from "../clouds/dynamic/kinds";
import { allFields, type Definition, type Values } from "../definition";
import * as engine from "../engine";
import { describe, IconikError, plain } from "../engine/errors";
import { exceptionOf, guardsFrom, noGuards, type Guards, type WrittenGuards } from "../engine/guards/exceptions";
import { keptFor } from "../engine/guards/shield";
import { keepSecret } from "../engine/redact";
import { readSettings, settingNames } from "../engine/settings";
import { isUnknown } from "../engine/unknown";
import { kinds } from "../kinds";
import { tooOld } from "../node-version";
import {
  carried,
  config,
  configure,
  inWords,
  InitFailed,
  note,
  stopping,
  type Handler,
  type Properties,
} from "../protocol/process";
import { factsKey, guardsKind, optionsKey, releaseKind, secret, type HiddenOptions } from "../protocol/wire";
import { keeping } from "../tenant/undo/keep";

let opened: engine.Session | undefined;
/** What the program releases. It is told by `check`, which runs for every resource in every run, deletes come after. */
const released = new Set<string>();
/** What no run may undo, told in the same way; and what is deleted to be made anew at once, told by `diff`. */
const guards: { -readonly [key in keyof Guards]: Guards[key] } = { ...noGuards };
const replacing = new Set<string>();
/** Who stands for what. Told by `diff`, once the program runs: before that, a refresh asks it for entries of the state. */
const owners: engine.Owners = new Map();
let programRuns = false;
/** The tenant that the program means. Told by `check` too, the first to say so, and not kept with every resource. */
let meant: string | undefined;
/**
 * Credentials that the program says otherwise than the run before. Told by `check`, which alone is given what that run
 * said, and needed by `diff` where the state has no value of them: after an import.
 */
const renewed = new Map<string, ReadonlySet<string>>();
const mark = (definition: Definition, wanted: Values): string =>
  createHash("sha256")
    .update(JSON.stringify([definition.kind, wanted]))
    .digest("base64");

function session(): engine.Session {
  return (opened ??= openOnce());
}

function openOnce(): engine.Session {
  const old = tooOld();
  if (old) throw new IconikError({ code: "unsupported", message: old });
  const settings = readSettings({ env: process.env, config, name: config("iconik:name") });
  const keep = settings.undo === undefined ? undefined : keeping(settings.undo, settingNames(settings.name).undo);
  return engine.openSession(settings, { released, guards, replacing, owners, signal: stopping, note, keep });
}

/** The provider of one kind. Named in state by `providerText`. */
export function provider(kind: string): Handler {
  if (kind === releaseKind) return release;
  if (kind === guardsKind) return guarding;
  if (Object.hasOwn(cloudKinds, kind)) return cloudHandler(kind, cloudKinds[kind]!);
  const known = Object.hasOwn(kinds, kind) ? kinds[kind] : undefined;
  const definition = (): Definition => {
    if (known) return known;
    throw new IconikError({
      code: "unsupported",
      message: `this version of pulumi-iconik does not know the kind ${kind}; install the version that wrote the stack, or a newer one`,
    });
  };
  return {
    configure,
    check: (olds, news) => inWords(async () => check(definition(), olds, news)),
    diff: (id, olds, news) => inWords(async () => diff(definition(), id, olds, news)),
    create: (inputs) =>
      inWords(async () => {
        const stored = await keepingUnfinished(
          inputs,
          definition(),
          engine.create(session(), definition(), desiredOf(definition(), inputs)),
        );
        return { id: stored.id, outs: outsOf(definition(), stored) };
      }),
    update: (id, olds, news) =>
      inWords(async () => {
        const before = storedOf(definition(), id, olds);
        const stored = await keepingUnfinished(
          news,
          definition(),
          engine.update(session(), definition(), before, desiredOf(definition(), news)),
        );
        return { outs: outsOf(definition(), stored) };
      }),
    read: (id, props) =>
      inWords(async () => {
        const stored = await engine.read(session(), definition(), storedOf(definition(), id, props));
        return stored
          ? {
              id: stored.id,
              props: outsOf(definition(), stored),
              inputs: seal(definition(), stored.values, stored.facts.secrets),
            }
          : {};
      }),
    delete: (id, props) => inWords(() => engine.remove(session(), definition(), storedOf(definition(), id, props))),
  };
}

/** Stands for the list of objects that are forgotten and not deleted; there is nothing of it in iconik. */
const release: Handler = {
  configure,
  check: async (_, news) => {
    for (const object of [news.objects, news.ids].flatMap((some) => (some as string[] | undefined) ?? []))
      released.add(object);
    return { inputs: news, failures: [] };
  },
  diff: async (_, olds, news) => ({ changes: JSON.stringify(olds.objects) !== JSON.stringify(news.objects) }),
  create: async ({ objects }) => ({ id: "release", outs: { objects } }),
  read: async (id, props) => ({ id, props }),
  update: async (_, __, { objects }) => ({ outs: { objects } }),
  delete: async () => undefined,
};

/** Stands for guards and exceptions; there is nothing of it in iconik. */
const guarding: Handler = {
  ...release,
  check: async (_, news) => {
    const { __provider, ...given } = news;
    const problems = ((given.allow as unknown[] | undefined) ?? [])
      .map(exceptionOf)
      .filter((one) => typeof one === "string");
    if (problems.length === 0) tell(given);
    return {
      inputs: news,
      failures: problems.map((problem) => ({ property: "", reason: plain(`allow has an entry that ${problem}`) })),
    };
  },
  diff: async (_, olds, news) => ({ changes: spoken(olds) !== spoken(news) }),
  create: async (inputs) => ({ id: "guards", outs: inputs }),
  update: async (_, __, news) => ({ outs: news }),
};
const spoken = ({ mustKeep, minAdmins, allow }: Properties): string =>
  JSON.stringify([mustKeep ?? [], minAdmins ?? null, allow ?? []]);

const tell = (written: WrittenGuards): void =>
  void Object.assign(guards, { minAdmins: undefined, ...guardsFrom(written) });

async function check(definition: Definition, olds: Properties, news: Properties) {
  programRuns = true;
  const wanted = engine.canonical(definition, fieldsIn(definition, news));
  const { adopt, builtIn, knownRoles } = optionsIn(news);
  const there = { there: adopt !== undefined || Object.keys(olds).length > 0, builtIn, knownRoles };
  const problems = [
    ...engine.problems(definition, wanted, there),
    ...engine.refusedChanges(definition, fieldsIn(definition, olds), wanted),
  ];
  const wrongAdopt = engine.adoptProblem(adopt);
  if (wrongAdopt !== undefined) problems.push({ field: "adopt", problem: wrongAdopt });
  const { domainId, guards: told, ...options } = optionsIn(news);
  if (told !== undefined && !isUnknown(told)) tell(told);
  const fresh = engine.renewed(definition, fieldsIn(definition, olds), wanted);
  if (fresh.length > 0) renewed.set(mark(definition, wanted), new Set(fresh));
  if (domainId !== undefined && !isUnknown(domainId)) {
    meant ??= domainId;
    if (domainId !== meant) problems.push({ field: "domainId", problem: twoTenants(meant, domainId) });
  }
  return {
    inputs: {
      ...seal(definition, wanted, options.secrets),
      ...(Object.keys(options).length > 0 && { [optionsKey]: options }),
    },
    // A property that is named is printed with its value, which may be secret: so none is, and the reason names it.
    failures: problems.map(({ field, problem }) => ({
      property: "",
      reason: plain(problem.includes(field) ? problem : `${field}: ${problem}`),
    })),
  };
}

/** The credentials are those of one tenant, so what is meant for the other would end up in it. */
const twoTenants = (one: string, other: string): string =>
  `domainId is ${other} here, and ${one} elsewhere in this program: one provider is for one tenant. Correct it, or give each tenant a provider of its own: new iconik.IconikProvider("…")`;

async function diff(definition: Definition, id: string, olds: Properties, news: Properties) {
  const before = storedOf(definition, id, olds);
  const { builtIn, onDestroy, label, secrets } = optionsIn(news);
  const domainId = meant ?? config("iconik:domainId");
  if (domainId !== undefined && before.facts.domain !== "" && domainId !== before.facts.domain) {
    throw new IconikError({
      code: "wrong-tenant",
      message: `${entryOf(definition, id)} belongs to tenant ${before.facts.domain}, and this stack is for ${domainId}; nothing was written. Point the stack back at its tenant, or describe the other tenant in a stack of its own`,
    });
  }
  const { pending, revoke, facts } = {
    pending: before.facts.pending ?? [],
    revoke: before.facts.revoke ?? [],
    facts: before.facts,
  };
  const marked =
    (builtIn ?? false) === (facts.builtIn ?? false) &&
    (onDestroy === "restore") === (facts.onDestroy === "restore") &&
    label === facts.label &&
    String(inState(secrets, before)) === String(facts.secrets);
  // Before the program runs, nothing is known of guards.
  const kept = !programRuns || String(keptFor(definition, onDestroy, guards).mustKeep) === String(facts.mustKeep);
  const wanted = engine.canonical(definition, fieldsIn(definition, news));
  const { changed, replaced } = engine.changes(
    definition,
    before,
    wanted,
    before.facts.domain === "" ? renewed.get(mark(definition, wanted)) : undefined,
  );
  // The engine finds the changed fields itself, from the inputs; what inputs do not show must be said.
  if (replaced.length > 0) replacing.add(`${definition.kind}/${id}`);
  if (replaced.length > 0) return { replaces: replaced, deleteBeforeReplace: true };
  if (programRuns)
    for (const thing of engine.things(definition, id, wanted).keys())
      if (!owners.has(thing)) owners.set(thing, facts.takeover);
  if (pending.length > 0 || revoke.length > 0) return { changes: true };
  if (changed.length > 0) return {};
  return { changes: !marked || !kept || engine.respelled(definition, before, wanted) };
}

/** State of an import lacks what iconik does not show, so it cannot say that this is secret. */
const inState = (
  secrets: readonly string[] | undefined,
  { facts, values }: engine.Stored,
): readonly string[] | undefined => {
  const there = facts.domain === "" ? secrets?.filter((name) => values[name] !== undefined) : secrets;
  return there?.length === 0 ? facts.secrets : there;
};

// Properties to values and back

const fieldsIn = (definition: Definition, properties: Properties): Values => {
  const { __provider: _, [optionsKey]: __, [factsKey]: ___, ...values } = properties;
  for (const name of secretsIn(definition, properties)) {
    const value = values[name];
    // Messages show anything but a text as JSON.
    if (!isUnknown(value)) keepSecret(typeof value === "string" ? value : [value, JSON.stringify(value)]);
  }
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined && value !== null));
};

const secretsIn = (definition: Definition, { [optionsKey]: options, [factsKey]: facts }: Properties): string[] => [
  ...Object.entries(allFields(definition)).flatMap(([name, { secret }]) => (secret ? [name] : [])),
  ...((options as HiddenOptions | undefined)?.secrets ?? (facts as engine.Facts | undefined)?.secrets ?? []),
];

const optionsIn = (properties: Properties): HiddenOptions => (properties[optionsKey] ?? {}) as HiddenOptions;

const desiredOf = (definition: Definition, inputs: Properties): engine.Desired => ({
  values: fieldsIn(definition, inputs),
  ...optionsIn(inputs),
  domainId: meant,
});

/** What an entry of the state is called in messages; a document of the tenant has no id worth telling. */
const entryOf = (definition: Definition, id: string): string =>
  definition.shape === "object" ? `${definition.kind} ${id}` : definition.kind;

/** State of an earlier run; inputs alone, as an import gives them, count as state without facts. */
function storedOf(definition: Definition, id: string, properties: Properties): engine.Stored {
  const facts = { resolved: {}, ...(properties[factsKey] ?? { v: 1, domain: "" }) } as engine.Facts;
  if (facts.v !== 1) {
    throw new IconikError({
      code: "unsupported",
      message: `${entryOf(definition, id)} was written by a newer version of pulumi-iconik (state version ${String(facts.v)}, this one knows 1); install that version or a newer one`,
    });
  }
  for (const [leaf, value] of Object.entries(facts.before ?? {}))
    if (ofSecret(definition, facts.secrets)(leaf)) keepSecret(value);
  const fields = allFields(definition);
  const all = Object.entries(fieldsIn(definition, properties));
  return {
    id,
    values: Object.fromEntries(all.filter(([name]) => !fields[name]?.output)),
    outputs: Object.fromEntries(all.filter(([name]) => fields[name]?.output)),
    facts,
  };
}

const outsOf = (definition: Definition, stored: engine.Stored): Properties => ({
  ...seal(definition, { ...stored.values, ...stored.outputs }, stored.facts.secrets),
  [factsKey]: sealFacts(definition, carried(stored.facts)),
});

/**
 * What iconik held before may be what the program keeps secret, and so may a name that was looked up; where the program
 * has no secret, names stay readable.
 */
function sealFacts(definition: Definition, { resolved, before, ...facts }: engine.Facts): Properties {
  const isSecret = ofSecret(definition, facts.secrets);
  return {
    ...facts,
    ...(Object.keys(resolved).length > 0 && { resolved: facts.secrets ? secret(resolved) : resolved }),
    ...(before && {
      before: Object.fromEntries(
        Object.entries(before).map(([leaf, value]) => [leaf, value !== null && isSecret(leaf) ? secret(value) : value]),
      ),
    }),
  };
}

/** Marks secrets as such, so that they are encrypted wherever they are kept. */
function seal(definition: Definition, values: Values, also: readonly string[] = []): Properties {
  const isSecret = ofSecret(definition, also);
  return Object.fromEntries(
    Object.entries(carried(values)).map(([name, value]) => [
      name,
      isSecret(name) && !isUnknown(value) ? secret(value) : value,
    ]),
  );
}

/** Is the field, or the one that the leaf is in, a secret of iconik's or one of these? */
const ofSecret = (definition: Definition, also: readonly string[] = []) => {
  const fields = allFields(definition);
  return (leaf: string): boolean => {
    const name = leaf.split(".")[0]!;
    return fields[name]?.secret === true || also.includes(name);
  };
};

// Failures

async function keepingUnfinished(
  inputs: Properties,
  definition: Definition,
  work: Promise<engine.Stored>,
): Promise<engine.Stored> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof engine.Unfinished)) throw error;
    const reason = describe(error.cause);
    throw new InitFailed(error.stored.id, { ...outsOf(definition, error.stored), __provider: inputs.__provider }, [
      reason,
    ]);
  }
}
