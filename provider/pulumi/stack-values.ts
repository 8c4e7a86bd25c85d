/** Values that a tenant file takes from the stack's config: `{ fromConfig: key }`. */

import * as pulumi from "@pulumi/pulumi";
import { text, type Field, type Values } from "../definition";
import { kinds } from "../kinds";
import type { Desired, Place } from "../tenant";
import { replaced } from "./markers";

/**
 * The description with every value in its place, as its field takes it. What the stack does not have, and what is no
 * such value, is said all at once; values themselves are never shown.
 *
 * @param given values that go before the stack's config.
 * @throws pulumi.RunError with every key that is missing or wrong.
 */
export function withStackValues(desired: Desired, given: Readonly<Record<string, unknown>>): Desired {
  const missing = new Set<string>();
  const wrong: string[] = [];
  const valueAt =
    ({ file, line }: Place) =>
    (key: string, field: Field, path: string): unknown => {
      const { value, secret = false } = Object.hasOwn(given, key) ? { value: given[key] } : fromStack(key);
      if (value === undefined) return void missing.add(key);
      // What is known later is looked at when it is known, as any value of a program is.
      if (pulumi.Output.isInstance(value) || value instanceof Promise)
        return pulumi.output(value).apply((inner) => typed(field, inner) ?? inner);
      const fitting = typed(field, value);
      if (fitting === undefined)
        wrong.push(`${file}:${line}: ${path} must be ${wanted(field)}; what the stack has under ${key} is not`);
      return secret ? pulumi.secret(fitting) : fitting;
    };
  const resources = desired.resources.map((resource) => ({
    ...resource,
    inputs: replaced(kinds[resource.kind]!, resource.inputs, { fromConfig: valueAt(resource.place) }) as Values,
  }));
  // What provisioning takes from the config are texts.
  const provision = desired.provision.map((one) => ({
    ...one,
    values: Object.fromEntries(
      Object.entries(one.values).map(([name, value]) => [
        name,
        isFromConfig(value) ? valueAt(one.place)(value.fromConfig, text(""), `provision.${name}`) : value,
      ]),
    ),
  }));
  const lines = [...(missing.size > 0 ? missingWords([...missing]) : []), ...wrong];
  if (lines.length > 0) throw new pulumi.RunError(lines.join("\n"));
  return { ...desired, resources, provision };
}

const isFromConfig = (value: unknown): value is { fromConfig: string } =>
  typeof (value as { fromConfig?: unknown } | null)?.fromConfig === "string";

const missingWords = (keys: readonly string[]): string[] => [
  `the tenant file takes ${keys.length === 1 ? "a value" : `${keys.length} values`} from the stack's config that the stack does not have; set them:`,
  ...keys.map((key) => `  pulumi config set --secret ${key}`),
];

/** Config is text, or JSON where it is structured. `undefined`: not what the field takes. */
function typed({ type }: Field, value: unknown): string | number | boolean | undefined {
  const given = ["string", "number", "boolean"].includes(typeof value) ? String(value) : undefined;
  switch (type) {
    case "boolean":
      return given === "true" ? true : given === "false" ? false : undefined;
    case "integer":
    case "number":
      return given !== undefined && (type === "integer" ? /^-?\d{1,15}$/ : /^-?\d{1,15}(\.\d+)?$/).test(given)
        ? Number(given)
        : undefined;
    default:
      return given;
  }
}

const wanted = ({ type }: Field): string =>
  (({ boolean: "true or false", integer: "a whole number", number: "a number" }) as Record<string, string>)[type] ??
  "a text";

/** `key` of the project, or `namespace:key`; the whole key first, then as a path into a structured value. */
function fromStack(key: string): { value: unknown; secret: boolean } {
  const [, namespace = pulumi.getProject(), name = key] = /^([^:]+):(.+)$/.exec(key) ?? [];
  const config = new pulumi.Config(namespace);
  const whole = config.get(name);
  if (whole !== undefined) return { value: whole, secret: isSecret(namespace, name) };
  const [first, ...path] = name.split(".") as [string, ...string[]];
  const holder = path.length > 0 ? config.get(first) : undefined;
  const inner =
    holder === undefined
      ? undefined
      : path.reduce<any>((at, step) => (Object.hasOwn(at ?? {}, step) ? at[step] : undefined), parsed(holder));
  return { value: inner, secret: isSecret(namespace, first) };
}

/** The SDK keeps which keys are secret, and does not say so in its types. */
const isSecret = (namespace: string, key: string): boolean =>
  (pulumi.runtime as unknown as { isConfigSecret(key: string): boolean }).isConfigSecret(`${namespace}:${key}`);

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
