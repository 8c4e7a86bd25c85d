// What can go wrong with a call, and in the middle of what: the rows and the columns of schema/faults.md, as data.
import { contract, type JsonSchema } from "../provider/contract";
import { leavesOf } from "../provider/engine/values";
import { fieldsOf, type Definition, type Values } from "../provider/definition";
import { kinds } from "../provider/kinds";
import type { Fault } from "../provider/sandbox";
import { plain, shown } from "../provider/sandbox/validation";
import type { EngineStack, Options } from "./engine-stack.ts";

/** What goes wrong, without when. */
export type Trouble = Fault extends infer F ? (F extends Fault ? Omit<F, "match" | "times" | "after"> : never) : never;

export interface Row {
  title: string;
  trouble: Trouble;
  /** Every such call fails from here on, not only this one. */
  lasting?: true;
  /** iconik says something that is not so, in a way that nobody can tell: what it says is believed, for a while. */
  lies?: true;
}

const status = (code: number, retryAfter?: number): Trouble => ({
  kind: "status",
  code,
  ...(retryAfter !== undefined && { retryAfter }),
});
const codes = [400, 401, 403, 404, 409, 422, 500, 502, 503];
const limits: [string, Trouble][] = [
  ["429 with Retry-After", status(429, 3)],
  ["429 without Retry-After", status(429)],
];

/** For every call. */
const anywhere: Row[] = [
  ...codes.map((code): Row => ({ title: `${code}, once`, trouble: status(code) })),
  ...limits.map(([title, trouble]): Row => ({ title: `${title}, once`, trouble })),
  ...codes.map((code): Row => ({ title: `${code}, from then on`, trouble: status(code), lasting: true })),
  ...limits.map(([title, trouble]): Row => ({ title: `${title}, from then on`, trouble, lasting: true })),
  { title: "the connection is reset before iconik acts", trouble: { kind: "reset-before" } },
  {
    title: "the connection is reset before iconik acts, from then on",
    trouble: { kind: "reset-before" },
    lasting: true,
  },
  { title: "the connection is reset after iconik acted", trouble: { kind: "reset-after" } },
  {
    title: "the connection is reset after iconik acted, from then on",
    trouble: { kind: "reset-after" },
    lasting: true,
  },
  { title: "no answer, nothing done", trouble: { kind: "timeout" } },
  { title: "no answer, though iconik acted", trouble: { kind: "timeout-after" } },
  { title: "the answer trickles, but comes", trouble: { kind: "slow", ms: 60 } },
  { title: "the answer trickles and does not end in time", trouble: { kind: "slow", ms: 6_000 } },
  { title: "a web page in place of the answer", trouble: { kind: "garbage" } },
  { title: "the JSON stops half-way", trouble: { kind: "truncated-json" } },
];

/** For lists alone. */
const ofLists: Row[] = [
  { title: "a list lacks its second half", trouble: { kind: "truncated-list" } },
  { title: "a list gives a wrong total", trouble: { kind: "lying-total" } },
  { title: "a list gives a wrong total, from then on", trouble: { kind: "lying-total" }, lasting: true },
  { title: "a list gives its first page again", trouble: { kind: "repeated-page" } },
];

const dropped = "a field is missing";
const coerced = "a field has another value";

/** The titles of all rows, in the order of the table. */
export const titles: readonly string[] = [...anywhere, ...ofLists].map(({ title }) => title).concat(dropped, coerced);

/** What any call may lose or change, besides what is owned. */
const telling = [
  "id",
  "name",
  "email",
  "status",
  "user_id",
  "system_domain_id",
  "token",
  "hours_interval",
  "groups_acl",
  "users_acl",
  "default",
  "group_id",
  "settings",
];

/** Everything that can go wrong with one call. */
export function rowsFor(operation: string, definition: Definition, values: Values): Row[] {
  const isList = contract.operations[operation]?.pagination !== undefined;
  const properties = shown(operation).properties ?? {};
  const owned = leavesOf(fieldsOf(definition, values)).filter(({ path }) => values[path[0]!] !== undefined);
  const fields = new Set([
    ...telling,
    ...owned.map(({ wire }) => wire[0]!),
    ...owned.slice(0, 3).map(({ wire }) => wire.join(".")),
  ]);
  const spoiled = [...fields].flatMap((field): Row[] => {
    const property = properties[field.split(".")[0]!];
    if (!property) return [];
    const others = field.includes(".") ? ["coerced"] : otherThan(plain(property));
    return [
      { title: dropped, trouble: { kind: "drop-field", field }, lies: true },
      ...others.map((value): Row => ({ title: coerced, trouble: { kind: "coerce-field", field, value }, lies: true })),
    ];
  });
  // Where 404 is how iconik says "off", one that is wrong cannot be told from one that is right.
  const saysOff = Object.values(fieldsOf(definition, values)).some(
    ({ via }) => via?.shape === "document" && operation === `GET ${via.path}`,
  );
  const everywhere = anywhere.map((row) =>
    saysOff && row.trouble.kind === "status" && row.trouble.code === 404 ? { ...row, lies: true as const } : row,
  );
  return [...everywhere, ...(isList ? ofLists : []), ...spoiled];
}

function otherThan({ type }: JsonSchema): unknown[] {
  if (type === "string") return ["coerced"];
  if (type === "boolean") return [true, false];
  if (type === "array") return [[]];
  if (type === "object") return [{}];
  return [7];
}

/** What a run does with one object. */
export interface Operation {
  title: string;
  /** What there is before: nothing, the object in iconik and in the stack, or in iconik alone. */
  before: "nothing" | "made" | "lost";
  options?: Options;
  act(stack: EngineStack, subject: Subject, id: string): Promise<unknown>;
  /** Values that are wanted in the end; none: the object is to be gone. */
  wanted(subject: Subject): Values | undefined;
}

/** One object, and a change to it that touches as much as its examples do. */
export interface Subject {
  definition: Definition;
  name: string;
  /** All examples but the last, put together. */
  made: Values;
  /** All of them. */
  changed: Values;
}

export const subjects: Subject[] = Object.values(kinds).map((definition) => {
  const { kind, examples } = definition;
  const all = (given: readonly Values[]): Values => Object.assign({}, ...given);
  const changed: Values = kind === "GroupMapping" ? { ...examples[0], group: { existing: "Desk" } } : all(examples);
  return {
    definition,
    name: String(examples[0].name ?? kind),
    made: all(examples.length > 1 ? examples.slice(0, -1) : examples),
    changed,
  };
});

const kindOf = ({ definition }: Subject) => definition.kind;
/** What can only be replaced cannot be changed by taking it over. */
const adopted = ({ definition, made, changed }: Subject) => ("replaced" in definition ? made : changed);
const isObject = ({ definition }: Subject) => definition.shape === "object";

export const operations: (Operation & { of(subject: Subject): boolean })[] = [
  {
    title: "create",
    before: "nothing",
    of: () => true,
    act: (stack, subject) => stack.up(subject.name, kindOf(subject), subject.made),
    wanted: ({ made }) => made,
  },
  {
    title: "update",
    before: "made",
    of: () => true,
    act: (stack, subject) => stack.up(subject.name, kindOf(subject), subject.changed),
    wanted: ({ changed }) => changed,
  },
  {
    title: "refresh",
    before: "made",
    of: () => true,
    act: (stack, { name }) => stack.refresh(name),
    wanted: ({ made }) => made,
  },
  {
    title: "import",
    before: "lost",
    of: isObject,
    act: (stack, subject, id) => stack.read(subject.name, kindOf(subject), id),
    wanted: ({ made }) => made,
  },
  {
    title: "adopt",
    before: "lost",
    of: isObject,
    options: { adopt: "converge" },
    act: (stack, subject) => stack.up(subject.name, kindOf(subject), adopted(subject), { adopt: "converge" }),
    wanted: adopted,
  },
  {
    title: "delete",
    before: "made",
    of: isObject,
    act: (stack, { name }) => stack.remove(name),
    wanted: () => undefined,
  },
  {
    title: "restore",
    before: "made",
    of: (subject) => !isObject(subject),
    options: { onDestroy: "restore" },
    act: (stack, { name }) => stack.remove(name),
    wanted: () => undefined,
  },
];
