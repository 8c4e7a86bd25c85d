/** Things that go wrong on the way, on request: which call, how often, and how. */
import type { Answer } from "./call";

interface Occasion {
  /** `POST /API/files/v1/storages/`, `*` for anything within a path segment, `**` for anything at all; or a pattern. */
  match: string | RegExp;
  /** How many calls are hit; 1 when left out. `Infinity`: all of them. */
  times?: number;
  /** How many matching calls pass before the first is hit. */
  after?: number;
}

export type Fault = Occasion &
  (
    | { kind: "status"; code: number; body?: unknown; /** Seconds. */ retryAfter?: number }
    /** The connection ends before iconik has done anything. */
    | { kind: "reset-before" }
    /** iconik has done what was asked, and the connection ends before it can say so. */
    | { kind: "reset-after" }
    /** Nothing is done and nothing is answered. */
    | { kind: "timeout" }
    /** iconik has done what was asked, and never says so. */
    | { kind: "timeout-after" }
    /** The answer comes in small pieces over so many milliseconds. */
    | { kind: "slow"; ms: number }
    /** So many milliseconds pass before anything is done. */
    | { kind: "delay"; ms: number }
    /** Done, but answered with a page of HTML. */
    | { kind: "garbage" }
    /** Done, but the JSON stops half-way. */
    | { kind: "truncated-json" }
    /** A list lacks its second half, and says nothing about it. */
    | { kind: "truncated-list" }
    /** A list gives a wrong `total`: one too many, or the given one. */
    | { kind: "lying-total"; total?: number }
    /** Every page of a list holds the objects of the first. */
    | { kind: "repeated-page" }
    /** A field is missing from the answer, or from every object of a list. Dots lead into nested objects. */
    | { kind: "drop-field"; field: string }
    /** A field has a value that it should not have. */
    | { kind: "coerce-field"; field: string; value: unknown }
  );

export type FaultKind = Fault["kind"];

export interface Faults {
  /** Registers a fault; the function that comes back takes it away again. */
  add(fault: Fault): () => void;
  /** The fault that hits this call, if any; counts it. The first registered wins. */
  take(method: string, path: string): Fault | undefined;
}

export function faultsOf(initial: readonly Fault[] = []): Faults {
  const waiting: { fault: Fault; pattern: RegExp; skip: number; left: number }[] = [];
  const add = (fault: Fault) => {
    const entry = { fault, pattern: patternOf(fault.match), skip: fault.after ?? 0, left: fault.times ?? 1 };
    waiting.push(entry);
    return () => {
      const at = waiting.indexOf(entry);
      if (at >= 0) waiting.splice(at, 1);
    };
  };
  initial.forEach(add);
  return {
    add,
    take(method, path) {
      for (const entry of waiting) {
        if (entry.left <= 0 || !entry.pattern.test(`${method} ${path}`)) continue;
        if (entry.skip > 0) {
          entry.skip -= 1;
          continue;
        }
        entry.left -= 1;
        return entry.fault;
      }
      return undefined;
    },
  };
}

/** Reads `POST /API/files/v1/storages/ status code=503 times=2`: the call, the kind, and its details. */
export function parseFault(text: string): Fault {
  const [method, path, kind, ...details] = text.trim().split(/\s+/);
  if (!method || !path || !kind || !(kind in detailsOf)) {
    throw new RangeError(
      `a fault reads "METHOD PATH KIND [name=value ...]", not "${text}"; kinds: ${Object.keys(detailsOf).join(", ")}`,
    );
  }
  const allowed = new Set<string>(["times", "after", ...detailsOf[kind as FaultKind]]);
  const named = details.map((detail) => {
    const [name = "", value = ""] = detail.split(/=(.*)/s);
    if (!allowed.has(name)) throw new RangeError(`fault "${kind}" takes ${[...allowed].join(", ")}; not "${name}"`);
    return [name, valueOf(value)];
  });
  return { match: `${method} ${path}`, kind, ...Object.fromEntries(named) } as Fault;
}

/** The answer as the fault leaves it, for faults that concern what an answer says. */
export function distort(fault: Fault, answer: Answer): Answer {
  const body = structuredClone(answer.body) as Record<string, any> | undefined;
  if (!body || typeof body !== "object") return answer;
  const objects = Array.isArray(body.objects) ? body.objects : undefined;
  switch (fault.kind) {
    case "truncated-list":
      return objects ? { ...answer, body: { ...body, objects: objects.slice(0, objects.length >> 1) } } : answer;
    case "lying-total":
      return "total" in body ? { ...answer, body: { ...body, total: fault.total ?? body.total + 1 } } : answer;
    case "drop-field":
      for (const object of objects ?? [body]) at(object, fault.field, (holder, name) => delete holder[name]);
      return { ...answer, body };
    case "coerce-field":
      for (const object of objects ?? [body]) at(object, fault.field, (holder, name) => (holder[name] = fault.value));
      return { ...answer, body };
    default:
      return answer;
  }
}

const detailsOf: Record<FaultKind, readonly string[]> = {
  status: ["code", "body", "retryAfter"],
  "reset-before": [],
  "reset-after": [],
  timeout: [],
  "timeout-after": [],
  slow: ["ms"],
  delay: ["ms"],
  garbage: [],
  "truncated-json": [],
  "truncated-list": [],
  "lying-total": ["total"],
  "repeated-page": [],
  "drop-field": ["field"],
  "coerce-field": ["field", "value"],
};

function patternOf(match: string | RegExp): RegExp {
  if (match instanceof RegExp) return new RegExp(match.source, match.flags.replace(/[gy]/g, ""));
  const source = match
    .split(/(\*\*|\*)/)
    .map((part) => (part === "**" ? ".*" : part === "*" ? "[^/]*" : part.replace(/[.+?^${}()|[\]\\]/g, "\\$&")));
  return new RegExp(`^${source.join("")}$`);
}

function at(object: any, path: string, change: (holder: any, name: string) => void): void {
  const names = path.split(".");
  const last = names.pop()!;
  const holder = names.reduce((inner, name) => inner?.[name], object);
  if (holder && typeof holder === "object") change(holder, last);
}

function valueOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
