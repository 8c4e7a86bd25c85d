/** From a method and a path to the operation of the contract that serves it. */
import { contract, type OperationKey } from "../contract";

export type Route =
  | { found: "operation"; key: OperationKey; parameters: Record<string, string> }
  /** The path exists, but not with this method. */
  | { found: "path"; methods: string[] }
  /** The same path with a slash at its end exists. */
  | { found: "withoutSlash" }
  | { found: "nothing" };

interface Template {
  method: string;
  key: OperationKey;
  segments: string[];
  /** Fixed segments count more the further left they stand: `/users/current/` before `/users/{user_id}/`. */
  rank: string;
}

const templates: Template[] = Object.keys(contract.operations)
  .map((key) => {
    const [method = "", path = ""] = key.split(" ");
    const segments = path.split("/");
    return { method, key, segments, rank: segments.map((segment) => (isParameter(segment) ? 1 : 0)).join("") };
  })
  .sort((a, b) => (a.rank < b.rank ? -1 : 1));

export function route(method: string, path: string): Route {
  const segments = path.split("/");
  const fitting = templates.filter((template) => fits(template.segments, segments));
  const best = fitting.find((template) => template.method === method);
  if (best) return { found: "operation", key: best.key, parameters: parameters(best.segments, segments) };
  if (fitting.length > 0) return { found: "path", methods: [...new Set(fitting.map((template) => template.method))] };
  const withSlash = [...segments, ""];
  return !path.endsWith("/") && templates.some((template) => fits(template.segments, withSlash))
    ? { found: "withoutSlash" }
    : { found: "nothing" };
}

function fits(template: string[], segments: string[]): boolean {
  return (
    template.length === segments.length &&
    template.every((part, at) => (isParameter(part) ? segments[at] !== "" : part === segments[at]))
  );
}

function parameters(template: string[], segments: string[]): Record<string, string> {
  return Object.fromEntries(
    template.flatMap((part, at) => (isParameter(part) ? [[part.slice(1, -1), decoded(segments[at]!)]] : [])),
  );
}

function isParameter(segment: string): boolean {
  return segment.startsWith("{");
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
