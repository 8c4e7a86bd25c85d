/** What changes in an object besides roles, access lists and addresses: one plain sentence for each value. */

import { fieldsOf, isClear, type Field, type Fields, type Values } from "../definition";
import { refusedChanges } from "../engine";
import { isEscalating, placeOf } from "./abilities";
import { switched } from "./access";
import { rolesOf } from "./effective";
import type { Pair, Pairs } from "./pair";
import { ownerOf } from "./pairs";
import { innerOf, isRecord } from "./settle";
import type { Statement } from "./report";
import { meanings, unset } from "../tenant/meanings";
import { mayOf, quoted, series } from "./words";

interface Changed {
  path: string;
  field: Field;
  was: unknown;
  is: unknown;
  /** What it was is not known: nobody managed it. */
  isTaken: boolean;
}

/** Statements about every object that stays and has another value, or is taken over. */
export function fieldStatements(pairs: Pairs): Statement[] {
  return pairs.all.flatMap((pair) => {
    if (pair.definition.kind === "GroupMapping") return mapping(pair, pairs);
    const fields = fieldsOf(pair.definition, { ...pair.was, ...pair.is });
    if (pair.fate === "created") {
      // Of what is new, only whom it opens uploads to is more than it says by itself.
      const templates = Object.fromEntries(Object.entries(fields).filter(([, field]) => isTemplate(field)));
      return [...changesIn(templates, {}, pair.is!, pairs, pair)].flatMap((changed) => template(pair, pairs, changed));
    }
    if (pair.fate !== "kept" && pair.fate !== "adopted") return [];
    return [...changesIn(fields, pair.was ?? {}, pair.is ?? {}, pairs, pair)].flatMap((changed) =>
      statement(pair, pairs, changed),
    );
  });
}

const isTemplate = (field: Field): field is Field & { type: "reference" } =>
  field.type === "reference" && field.to.includes("AclTemplate");

/** Told elsewhere: by roles, by access lists, by ranges, by names, by whose settings it is. */
const isToldElsewhere = (pair: Pair, name: string, field: Field): boolean =>
  field.type === "roles" ||
  field.type === "access" ||
  field.output === true ||
  field.canonical === "address" ||
  (name === "addresses" && field.type === "set") ||
  (pair.definition.shape === "object"
    ? name === pair.definition.key
    : pair.definition.documents.some(({ by }) => by === name));

function* changesIn(fields: Fields, was: Values, is: Values, pairs: Pairs, pair: Pair, path = ""): Generator<Changed> {
  const refer: Refer = (value, to) => pairs.meant(value, to).key;
  for (const [name, field] of Object.entries(fields)) {
    if (path === "" && isToldElsewhere(pair, name, field)) continue;
    const [old, now] = [was[name], is[name]];
    const inner = innerOf(field);
    if (
      inner &&
      (isRecord(now) || now === undefined) &&
      (isRecord(old) || old === undefined) &&
      (isRecord(old) || isRecord(now)) &&
      !(path === "" && name === "autoScan")
    ) {
      yield* changesIn(inner, (old as Values) ?? {}, (now as Values) ?? {}, pairs, pair, `${path}${name}.`);
    } else if (form(field, old, refer) !== form(field, now, refer)) {
      yield {
        path: `${path}${name}`,
        field,
        was: isClear(old) ? undefined : old,
        is: isClear(now) ? undefined : now,
        isTaken: old === undefined && pair.taken.includes(`${path}${name}`),
      };
    }
  }
}

/** What a reference is taken for. */
type Refer = (value: unknown, to: readonly string[]) => string;

/** A value in a form in which equal ones are equal texts. */
export function form(field: Field, value: unknown, refer: Refer): string {
  if (value === undefined || isClear(value)) return "";
  if (field.type === "reference") return refer(value, field.to);
  if ((field.type === "list" || field.type === "set") && Array.isArray(value)) {
    const items = value.map((item) => form(field.of, item, refer));
    return JSON.stringify(field.type === "set" ? items.sort() : items);
  }
  if (field.type === "record" && isRecord(value)) {
    return JSON.stringify(
      Object.entries(field.fields)
        .map(([name, inner]) => [name, form(inner, value[name], refer)])
        .filter(([, text]) => text !== ""),
    );
  }
  return JSON.stringify(value, (_, inner: unknown) =>
    isRecord(inner) ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1))) : inner,
  );
}

function statement(pair: Pair, pairs: Pairs, changed: Changed): Statement[] {
  const { path, field, was, is, isTaken } = changed;
  const { kind } = pair.definition;
  const base = { subject: pair.subject, ...placeOf(pair, ...path.split(".")) };
  const taken = isTaken ? " (managed from now on)" : "";
  if (field.secret || field.hidden) {
    return [
      {
        ...base,
        code: "secret-changed",
        level: "change",
        says:
          is === undefined
            ? `${path} is taken away`
            : `${path} gets another value${isTaken ? " (managed from now on)" : ""}`,
      },
    ];
  }
  if (isTemplate(field)) return template(pair, pairs, changed);
  const refused = refusal(pair, path);
  if (refused !== undefined) {
    const says = `${generic(changed, pairs)}, which iconik cannot change: the run refuses it. Instead, ${refused}`;
    return [{ ...base, code: "cannot-change", level: "warning", says }];
  }
  if (kind === "Storage" && path === "accessGroup") return [scanned(pair, pairs, changed)];
  const reading = meanings[`${kind}.${path}`];
  const meaning =
    is === undefined && was !== undefined && reading
      ? unset(reading, was, generic(changed, pairs))
      : reading?.(is, was);
  if (!meaning)
    return [{ ...base, code: "field-changed", level: "change", says: `${generic(changed, pairs)}${taken}` }];
  const says = `${meaning.says}${taken}`;
  switch (meaning.sense) {
    case "loose":
      return [
        {
          ...base,
          code: "setting-loosened",
          level: meaning.grave && !isTaken ? "escalation" : "warning",
          direction: "gain",
          says,
        },
      ];
    case "strict":
      return [{ ...base, code: "setting-tightened", level: "change", direction: "loss", says }];
    default:
      return [{ ...base, code: "field-changed", level: "change", says }];
  }
}

/** What to do instead, where iconik cannot change a value to this one; as the run has it. */
function refusal({ definition, was = {}, is = {} }: Pair, path: string): string | undefined {
  const fields = fieldsOf(definition, is);
  // What the stack's config holds may be the same.
  const isFixed = ([name, value]: [string, unknown]) =>
    fields[name]?.immutable === "refuse" && typeof value === "string";
  const fixed = (values: Values) => Object.fromEntries(Object.entries(values).filter(isFixed));
  const isRefused = refusedChanges(definition, fixed(was), fixed(is)).some(({ field }) => field === path);
  return isRefused ? (fields[path]!.instead ?? "make a new one") : undefined;
}

/** Storages: who gets access to what iconik finds there by itself. */
function scanned(pair: Pair, pairs: Pairs, { path, field, was, is, isTaken }: Changed): Statement {
  const group = (value: unknown) => quoted(pairs.meant(value, field.type === "reference" ? field.to : []).label);
  const template = pair.is?.aclTemplate;
  const isMoot = template !== undefined && !isClear(template);
  const ends = is === undefined;
  const begins = was === undefined ? "from now on" : `from now on, instead of ${group(was)}`;
  const gets = ends
    ? `${was === undefined ? "whatever group it was" : group(was)} no longer gets access to what is scanned in here`
    : `${group(is)} gets access to what is scanned in here ${begins}`;
  const taken = isTaken ? " (managed from now on)" : "";
  const moot = isMoot ? "; as long as a template is set here, that counts instead" : "";
  return {
    code: "field-changed",
    level: ends || isMoot ? "change" : "warning",
    ...(!isMoot && { direction: ends ? "loss" : "gain" }),
    subject: pair.subject,
    ...placeOf(pair, path),
    says: `${gets}${taken}${moot}`,
  };
}

function generic({ path, field, was, is }: Changed, pairs: Pairs): string {
  const say = (value: unknown) => words(field, value, pairs);
  if (Array.isArray(was) && Array.isArray(is) && (field.type === "set" || field.type === "list")) {
    const [old, now] = [was.map((one) => words(field.of, one, pairs)), is.map((one) => words(field.of, one, pairs))];
    const more = now.filter((one) => !old.includes(one));
    const less = old.filter((one) => !now.includes(one));
    if (more.length + less.length === 0) return `${path} is in another order`;
    const some = (list: readonly string[]) =>
      list.length > 20 ? `${list.length} entries, such as ${list.slice(0, 5).join(", ")}` : list.join(", ");
    return `${path} ${series([...(more.length > 0 ? [`adds ${some(more)}`] : []), ...(less.length > 0 ? [`drops ${some(less)}`] : [])])}`;
  }
  if (is === undefined) return `${path} is unset${was === undefined ? "" : `; it was ${say(was)}`}`;
  return `${path} is ${say(is)}${was === undefined ? "" : ` instead of ${say(was)}`}`;
}

function words(field: Field, value: unknown, pairs: Pairs): string {
  if (field.secret || field.hidden) return "[secret]";
  if (field.type === "reference") return quoted(pairs.meant(value, field.to).label);
  if (typeof value === "boolean") return value ? "on" : "off";
  if (typeof value === "number") return String(value);
  if (typeof value === "string") return value.length > 300 ? `a text of ${value.length} characters` : quoted(value);
  if (Array.isArray(value))
    return value.length === 0
      ? "empty"
      : value
          .map((one) => words(field.type === "list" || field.type === "set" ? field.of : field, one, pairs))
          .join(", ");
  const { fromConfig, existing, id } = value as { fromConfig?: string; existing?: string; id?: string };
  if (fromConfig !== undefined) return `the value of the stack config ${quoted(fromConfig)}`;
  if (existing !== undefined || id !== undefined) return quoted(String(existing ?? id));
  if (field.type === "record" && isRecord(value)) {
    return Object.entries(value)
      .map(([name, inner]) => `${name} ${field.fields[name] ? words(field.fields[name], inner, pairs) : "…"}`)
      .join(", ");
  }
  return "another value";
}

function template(pair: Pair, pairs: Pairs, { path, field, was, is, isTaken }: Changed): Statement[] {
  const kindsOf = field.type === "reference" ? field.to : [];
  const name = (value: unknown) =>
    value === undefined ? "no template" : `the template ${quoted(pairs.meant(value, kindsOf).label)}`;
  const of = (value: unknown) => (value === undefined ? undefined : pairs.byKey.get(pairs.meant(value, kindsOf).key));
  const isNew = pair.fate === "created" || ownerOf(pair, pairs)?.fate === "created";
  const now = of(is);
  // Without a template, nobody has access by one. What one gives that is not described is not known.
  const isKnown = is === undefined || knowsAccess(now?.is);
  const wasKnown = !isTaken && (was === undefined || knowsAccess(of(was)?.was));
  const { gained, lost, escalates } = isKnown
    ? switched(wasKnown ? of(was) : undefined, now, pairs)
    : { gained: [], lost: [], escalates: false };
  const whose =
    pair.definition.kind === "AdminSettings"
      ? "uploads without a template of their own"
      : pair.definition.shape === "part"
        ? "uploads of its people"
        : "uploads here";
  const instead = isTaken ? " (managed from now on)" : isNew ? "" : ` instead of ${name(was)}`;
  // A new template tells by itself whom it gives access.
  const isTold = isNew && now?.fate === "created";
  const effects = isTold ? [] : [...gained, ...lost];
  const told = !isKnown
    ? "; whom that gives access is not described here"
    : effects.length > 0
      ? `: ${effects.join("; ")}`
      : "";
  const says = `${whose} get ${name(is)} from now on${instead}${told}`;
  const base = { subject: pair.subject, ...placeOf(pair, ...path.split(".")) };
  const level = isTold || (isKnown && !escalates) ? "change" : isKnown && wasKnown && !isNew ? "escalation" : "warning";
  return [
    {
      ...base,
      code: path === "aclTemplate" ? "template-switched" : "field-changed",
      level,
      ...(escalates && { direction: "gain" as const }),
      says,
    },
  ];
}

/** Whether it is said whom a template gives access. */
const knowsAccess = (values: Values | undefined): boolean => values?.access !== undefined;

/** SAML: who comes in by a name of the identity provider, and into what. */
function mapping(pair: Pair, pairs: Pairs): Statement[] {
  if (pair.fate === "stays" || pair.fate === "released") return [];
  const kindsOf = (pair.definition.fields.group as Field & { type: "reference" }).to;
  const target = (values: Values | undefined) =>
    values?.group === undefined ? undefined : pairs.meant(values.group, kindsOf);
  const [was, is] = [target(pair.was), target(pair.is)];
  const [old, now] = [pair.was?.name ?? pair.is?.name, pair.is?.name ?? pair.was?.name].map(String) as [string, string];
  if (old === now && was?.key === is?.key) return [];
  const base = { code: "mapping-changed" as const, subject: pair.subject, ...placeOf(pair, "group") };
  const ends: Statement[] =
    was && (!is || old !== now)
      ? [
          {
            ...base,
            level: "change",
            direction: "loss",
            says: `people whom the identity provider calls ${quoted(old)} no longer come into ${quoted(was.label)} when they log in`,
          },
        ]
      : [];
  if (!is) return ends;
  const group = pairs.byKey.get(is.key);
  const dangerous = ((group && rolesOf(group, "is")) ?? []).filter(isEscalating);
  // Of teams, nothing follows for what people may do.
  const isKnown =
    group !== undefined &&
    (group.definition.fields.roles === undefined || Array.isArray(group.is?.roles) || group.fate === "created");
  const may =
    dangerous.length > 0
      ? `; its members may ${dangerous.map(mayOf).join("; ")}`
      : isKnown
        ? ""
        : "; what its members may do is not described here";
  const instead = was && ends.length === 0 ? ` instead of ${quoted(was.label)}` : "";
  const begins: Statement = {
    ...base,
    level: dangerous.length > 0 ? "escalation" : isKnown ? "change" : "warning",
    direction: "gain",
    says: `people whom the identity provider calls ${quoted(now)} come into ${quoted(is.label)}${instead} when they log in${may}`,
  };
  return [begins, ...ends];
}
