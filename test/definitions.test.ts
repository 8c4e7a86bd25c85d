/**
 * The API contract judges the definitions: what they name exists there, with the same type, and nothing that may be
 * written is missing without a reason.
 */

import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { contract, resolve, storageSettingsSchemas, type JsonSchema, type Operation } from "../provider/contract";
import {
  accessSorts,
  fieldsOf,
  permissions,
  type Definition,
  type Field,
  type Fields,
  type ObjectKind,
  type Variant,
} from "../provider/definition";
import {
  answersOf,
  bodiesOf,
  collectionOf,
  fieldSchema,
  innerSchema,
  itemSchema,
  withinSchema,
} from "../provider/field-schema";
import { kinds } from "../provider/kinds";
import { lowerCamel, wireName } from "../provider/naming";
import { roles } from "../provider/roles";

const definitions = Object.values(kinds);
const objects = definitions.filter((definition) => definition.shape === "object");

/** Every form of a kind: one without variants, or each of its variants. */
interface Form {
  title: string;
  definition: Definition;
  variant: Variant | undefined;
  fields: Fields;
}
const forms: Form[] = definitions.flatMap((definition): Form[] => {
  const { kind } = definition;
  const variants = definition.shape === "object" ? definition.variants : undefined;
  if (!variants) return [{ title: kind, definition, variant: undefined, fields: definition.fields }];
  return Object.entries(variants.cases).map(([name, variant]) => ({
    title: `${kind} ${name}`,
    definition,
    variant,
    fields: fieldsOf(definition, { [variants.by]: name }),
  }));
});

const acl = "{object_type}/{object_key}/";
const accessOperations = [
  `GET /API/acls/v1/acl/${acl}`,
  ...["groups/{group_id}", "users/{user_id}"].flatMap((member) => [
    `PUT /API/acls/v1/${member}/acl/${acl}`,
    `DELETE /API/acls/v1/${member}/acl/${acl}`,
  ]),
];

/** Everything that is asked of iconik for the sake of a kind. */
function operationsOf(definition: Definition): string[] {
  const own =
    definition.shape === "part"
      ? definition.documents.flatMap(({ path }) => [`GET ${path}`, `PATCH ${path}`])
      : [
          `GET ${collectionOf(definition.path)}`,
          `POST ${collectionOf(definition.path)}`,
          `GET ${definition.path}`,
          `DELETE ${definition.path}`,
          ...(definition.replaced ? [] : [`PATCH ${definition.path}`]),
        ];
  return [...own, ...Object.values(definition.fields).flatMap(satelliteOperations)];
}

function satelliteOperations({ via }: Field): string[] {
  switch (via?.shape) {
    case undefined:
      return [];
    case "toggle":
      return [`POST ${via.path}`, `DELETE ${via.path}`, ...(via.claims ? [`GET ${via.claims}`] : [])];
    case "document":
      return [`GET ${via.path}`, `POST ${via.path}`, `DELETE ${via.path}`];
    case "accessList":
      return accessOperations;
    case "token":
      return [`POST ${via.mint}`, `GET ${via.list}`, `DELETE ${via.revoke}`, `GET ${via.prove}`];
  }
}

/** The operations for which iconik's documents name no role, and why that is not our mistake. */
const noRoleListed: Record<string, string> = {
  "GET /API/settings/v1/system/current/": "every logged-in person's page needs them",
  "PATCH /API/settings/v1/system/current/": "not documented; administrators only, as the help page has it",
  "GET /API/settings/v1/group/{group_id}/": "every logged-in person's page needs them",
  "GET /API/settings/v1/team/{team_id}/": "every logged-in person's page needs them",
  "GET /API/auth/v1/auth/{app_id}/tokens/": "tokens are seen by whoever owns them",
  "DELETE /API/auth/v1/auth/token/{token_id}/": "tokens are revoked by whoever owns them",
  "GET /API/auth/v1/auth/token/": "a token proves itself",
};

describe("paths", () => {
  test.each(definitions)("$kind: everything that is asked of iconik is in the contract", (definition) => {
    expect(operationsOf(definition).filter((key) => !contract.operations[key])).toEqual([]);
  });

  test.each(objects)("$kind: the last part of the path is the only parameter", ({ path }) => {
    expect(path).toMatch(/^\/API(\/[a-z0-9_]+)+\/\{\w+\}\/$/);
  });

  test.each(objects)("$kind: the list pages in a known way and holds what an item holds", (definition) => {
    const list = contract.operations[`GET ${collectionOf(definition.path)}`]!;
    expect(list.pagination).toMatch(/^(page|keyset|none)$/);
    const items = resolve(resolve(list.responses["200"]!).properties!.objects!.items!).properties!;
    expect(Object.keys(items)).toEqual(
      expect.arrayContaining([wireName(definition.key, definition.fields[definition.key]!)]),
    );
  });

  test("what a document's path names is a reference of the kind", () => {
    for (const definition of definitions.filter((definition) => definition.shape === "part")) {
      for (const { by, path } of definition.documents) {
        expect([by, /\{(\w+)\}/.exec(path)?.[1]]).toEqual(by ? [by, `${by}_id`] : [undefined, undefined]);
        if (by) expect(definition.fields[by]).toMatchObject({ type: "reference", wire: null, immutable: "replace" });
      }
    }
  });

  test("each operation names the roles it needs, all of them known, or has a reason not to", () => {
    const used = [...new Set(definitions.flatMap(operationsOf))].map((key): [string, Operation] => [
      key,
      contract.operations[key]!,
    ]);
    const silent = used.filter(([, { roles }]) => roles.length === 0).map(([key]) => key);
    expect(silent.sort()).toEqual(Object.keys(noRoleListed).sort());
    const named = used.flatMap(([, operation]) => operation.roles);
    expect(named.filter((role) => !roles.has(role))).toEqual([]);
  });

  test("reading needs read roles, deleting needs delete roles", () => {
    for (const definition of objects) {
      expect(contract.operations[`GET ${definition.path}`]!.roles).toEqual([expect.stringMatching(/^can_read_/)]);
      expect(contract.operations[`DELETE ${definition.path}`]!.roles).toEqual([expect.stringMatching(/^can_delete_/)]);
    }
  });
});

describe("satellites", () => {
  const satellites = definitions.flatMap((definition) =>
    Object.entries(definition.fields)
      .filter(([, field]) => field.via)
      .map(([name, field]) => ({
        title: `${definition.kind}.${name}`,
        definition: definition as ObjectKind,
        name,
        field,
        via: field.via!,
      })),
  );

  test("belong to objects, and never to a variant", () => {
    expect(satellites.filter(({ definition }) => definition.shape !== "object")).toEqual([]);
    expect(forms.flatMap(({ variant }) => Object.values(variant?.fields ?? {})).filter(({ via }) => via)).toEqual([]);
  });

  test.each(satellites)("$title: its paths carry the id of the object", ({ definition, via }) => {
    const parameter = definition.path.split("/").at(-2)!;
    if (via.shape === "toggle" || via.shape === "document") expect(via.path).toContain(`/${parameter}/`);
    if (via.shape === "token") expect([via.mint, via.list].every((path) => path.includes(`/${parameter}/`))).toBe(true);
  });

  test.each(satellites.filter(({ via }) => via.shape === "toggle"))(
    "$title: is read from the object",
    ({ definition, name, field }) => {
      expect(field.type).toBe("boolean");
      expect(answersOf(definition)[0]!.properties![wireName(name, field)!]).toEqual({
        type: "boolean",
        readOnly: true,
      });
    },
  );

  test.each(satellites.filter(({ via }) => via.shape === "token"))(
    "$title: is minted for a time, and listed by id",
    ({ field, via }) => {
      if (via.shape !== "token") throw new Error("filtered above");
      const mint = contract.operations[`POST ${via.mint}`]!;
      expect(mint.query.expires_in).toMatchObject({ type: "integer" });
      expect(Object.keys(resolve(mint.responses["200"]!).properties!)).toEqual(
        expect.arrayContaining(["id", "token", "expires"]),
      );
      const listed = resolve(
        resolve(contract.operations[`GET ${via.list}`]!.responses["200"]!).properties!.objects!.items!,
      );
      expect(Object.keys(listed.properties!)).toEqual(expect.arrayContaining(["id", "expires"]));
      expect(Object.keys(listed.properties!)).not.toContain("token");
      expect(field.type).toBe("record");
    },
  );

  test("the words of access lists are iconik's", () => {
    const words = contract.schemas["acls/BulkACLsObjectSchema"]!.properties!.permissions!.items!.enum;
    expect([...permissions].sort()).toEqual([...(words as string[])].sort());
    const lists = resolve(contract.operations[accessOperations[0]!]!.responses["200"]!).properties!;
    expect(Object.keys(lists)).toEqual(expect.arrayContaining(["groups_acl", "users_acl"]));
    expect(Object.values(accessSorts).filter(({ kind }) => kind !== "user" && !kinds[kind])).toEqual([]);
  });
});

describe("fields", () => {
  test.each(forms)("$title: each one is in the contract, with its type", ({ definition, variant, fields }) => {
    const problems = Object.entries(fields).flatMap(([name, field]) => {
      if (field.wire === null || (field.via && field.via.shape !== "document")) return neverSent(name, field);
      const schema = fieldSchema(definition, name, variant);
      return schema ? mismatches(name, field, schema) : [`${name}: the contract has no ${wireName(name, field)}`];
    });
    expect(problems).toEqual([]);
  });

  test("one that stands in the list of everyone only is not sent to a group or team", () => {
    const partial = definitions.flatMap((definition) =>
      Object.entries(definition.fields)
        .filter(([, field]) => field.wire !== null && !field.via && !field.within)
        .filter(([name, field]) => bodiesOf(definition).some((body) => !body.properties?.[wireName(name, field)!]))
        .filter(([, field]) => !field.output)
        .map(([name]) => `${definition.kind}.${name}`),
    );
    expect(partial).toEqual(["ShieldAllowList.enabled"]);
  });

  test.each(forms)(
    "$title: what is written is not read-only, what is an output is answered",
    ({ definition, variant, fields }) => {
      const wrong = Object.entries(fields).filter(([name, field]) => {
        if (field.wire === null || field.via) return false;
        return field.output
          ? !fieldSchema(definition, name, variant)
          : fieldSchema(definition, name, variant)?.readOnly;
      });
      expect(wrong.map(([name]) => name)).toEqual([]);
    },
  );

  test.each(forms)(
    "$title: what iconik requires is required here, or brought otherwise",
    ({ definition, variant, fields }) => {
      const missing = bodiesOf(definition).flatMap((body) => {
        const nested = [...new Set(Object.values(fields).map(({ within }) => within))];
        return nested.flatMap((within) => {
          const holder = within ? withinSchema(body, within, variant) : body;
          return (holder?.required ?? []).filter((wire) => {
            const found = Object.entries(fields).find(
              ([name, field]) => field.within === within && wireName(name, field) === wire,
            );
            return !found?.[1].required;
          });
        });
      });
      // An address that cannot follow from anything must be written.
      const derived = Object.keys(variant?.derive?.({ region: "region" }) ?? {});
      const brought = { ...variant?.wire, ...(variant && { settings: "made of the fields within" }) };
      const unexplained = missing.filter(
        (wire) => !(wire in brought) && !(wire in requiredOtherwise && (wire !== "endpoint" || derived.includes(wire))),
      );
      expect(unexplained).toEqual([]);
    },
  );

  /** Required by the contract and not here, by wire name. */
  const requiredOtherwise: Record<string, string> = {
    path: "left out, it is the whole bucket: an empty path",
    endpoint: "follows from the region, where the service has one address for each",
    json_key: "a secret that provisioning may bring",
    connection_string: "a secret that provisioning may bring",
    account_id: "a credential that provisioning may bring",
    authorization_token: "a secret that provisioning may bring",
    bucket_id: "provisioning may bring it with the bucket",
  };

  test("each reason for not requiring something is still needed", () => {
    const required = new Set(
      forms.flatMap(({ definition, variant }) =>
        bodiesOf(definition).flatMap((body) => [
          ...(body.required ?? []),
          ...((variant && withinSchema(body, "settings", variant)?.required) ?? []),
        ]),
      ),
    );
    expect(Object.keys(requiredOtherwise).filter((wire) => !required.has(wire))).toEqual([]);
  });

  test("a name on the wire that the rule would not give is an exception that is counted", () => {
    const explicit = new Set<string>();
    const visit = (path: string, fields: Fields): void => {
      for (const [name, field] of Object.entries(fields)) {
        if (typeof field.wire === "string") explicit.add(`${path}.${name} = ${field.wire}`);
        if (field.type === "record") visit(`${path}.${name}`, field.fields);
        if ((field.type === "list" || field.type === "set") && field.of.type === "record")
          visit(`${path}.${name}`, field.of.fields);
      }
    };
    for (const { title, fields } of forms) visit(title, fields);
    expect([...explicit].sort()).toEqual([
      "Application.user = default_user_id",
      "ExportLocation.metadataView = metadata_view",
      "ShieldAllowList.addresses = allowed_ips",
      "ShieldAllowList.addresses.application = app_id",
      "ShieldAllowList.enabled = enable_shield",
      "Storage b2.applicationKey = authorization_token",
      "Storage b2.bucket = bucket_name",
      "Storage b2.keyId = account_id",
    ]);
    const needless = forms.flatMap(({ title, fields }) =>
      Object.entries(fields)
        .filter(
          ([name, field]) =>
            typeof field.wire === "string" && field.wire === wireName(name, { ...field, wire: undefined }),
        )
        .map(([name]) => `${title}.${name}`),
    );
    expect(needless).toEqual([]);
  });

  test.each(forms)("$title: no two share a place on the wire", ({ fields }) => {
    const places = Object.entries(fields)
      .filter(([, field]) => field.wire !== null && !field.via)
      .map(([name, field]) => `${field.within ?? ""}.${wireName(name, field)}`);
    expect(places.filter((place, index) => places.indexOf(place) !== index)).toEqual([]);
  });

  test.each(forms)("$title: marks agree with each other", ({ definition, fields }) => {
    const taken = ["id", "urn", "get", "adopt", "options", "formerly", "builtIn", "provision", "settings"];
    for (const [name, field] of Object.entries(fields)) {
      const at = `${definition.kind}.${name}`;
      expect(name, at).toMatch(/^[a-z][a-zA-Z0-9]*$/);
      expect(taken, at).not.toContain(name);
      expect(field.immutable === "refuse", `${at}: refused changes say what to do instead`).toBe(
        field.instead !== undefined,
      );
      if (field.output) expect([field.required, field.immutable], at).toEqual([undefined, undefined]);
      if (field.secret) expect([field.type, field.hidden], at).toEqual(["string", undefined]);
      if (field.canonical) expect(field.type, at).toBe("string");
      if (field.type === "reference")
        expect(
          field.to.filter((kind) => !kinds[kind]),
          at,
        ).toEqual([]);
      if (field.type === "choice") expect(new Set(field.values.map(lowerCamel)).size, at).toBe(field.values.length);
      expect(field.about, at).toMatch(/^\S.*\.$/s);
    }
  });
});

/** A field that is never sent says where it is known from, unless it names what stands in the path or is an output. */
function neverSent(name: string, field: Field): string[] {
  if (field.type === "choice" && !field.source) return [`${name}: its words come from nowhere`];
  return [];
}

/** Where a field and its schema in the contract disagree. */
function mismatches(name: string, field: Field, schema: JsonSchema): string[] {
  const wrong = (wanted: string) => [
    `${name}: is ${field.type}, the contract has ${JSON.stringify(schema)} and not ${wanted}`,
  ];
  const is = (type: string) => (schema.type === type ? [] : wrong(type));
  switch (field.type) {
    case "string":
      return schema.enum ? wrong("a free text") : is("string");
    case "boolean":
    case "integer":
    case "number":
      return is(field.type);
    case "choice": {
      if (!schema.enum && field.source) return is("string");
      const words = [...(schema.enum ?? [])].sort();
      return JSON.stringify(words) === JSON.stringify([...field.values].sort())
        ? is("string")
        : wrong(`the words ${field.values}`);
    }
    case "list":
    case "set": {
      const items = itemSchema(schema);
      return items ? [...is("array"), ...mismatches(`${name}[]`, field.of, items)] : wrong("a list of something");
    }
    case "roles":
      return itemSchema(schema)?.type === "string" ? is("array") : wrong("a list of strings");
    case "record":
      return [
        ...is("object"),
        ...Object.entries(field.fields).flatMap(([inner, innerField]) => {
          if (innerField.wire === null) return neverSent(inner, innerField);
          const found = innerSchema(schema, inner, innerField).schema;
          return found ? mismatches(`${name}.${inner}`, innerField, found) : [`${name}.${inner}: not in the contract`];
        }),
        ...Object.keys(schema.properties ?? {})
          .filter(
            (wire) => !Object.entries(field.fields).some(([inner, innerField]) => wireName(inner, innerField) === wire),
          )
          .map((wire) => `${name}: lacks ${wire}`),
        ...(schema.required ?? [])
          .filter(
            (wire) => !Object.entries(field.fields).some(([inner, f]) => wireName(inner, f) === wire && f.required),
          )
          .map((wire) => `${name}: ${wire} is not required`),
      ];
    case "json":
      return is("object");
    case "reference":
    case "user":
      return schema.format === "uuid" ? is("string") : wrong("an id");
    case "external":
      return is("string");
    case "access":
      return wrong("a path of its own");
  }
}

describe("nothing that may be written is missing", () => {
  /** Writable in the contract and no field of the kind, by kind and wire name. */
  const leftOut: Record<string, Record<string, string>> = {
    AdminSettings: {
      allowed_ips: "ShieldAllowList",
      enable_shield: "ShieldAllowList",
      max_browse_users: "a limit of the contract with iconik",
      max_power_users: "a limit of the contract with iconik",
      max_standard_users: "a limit of the contract with iconik",
      max_storage_bytes: "a limit of the contract with iconik",
      max_traffic_bytes: "a limit of the contract with iconik",
    },
    TeamSettings: { allowed_ips: "ShieldAllowList" },
    UserGroupSettings: { allowed_ips: "ShieldAllowList" },
    UserGroup: { role_categories: "a second spelling of roles; what belongs to a category is not documented" },
    RoleGroup: { role_categories: "a second spelling of roles; what belongs to a category is not documented" },
    Storage: {
      method: "follows from the type",
      settings: "flattened",
      last_scanned: "state of the scanner, not marked read-only",
      scanner_status: "state of the scanner, not marked read-only",
    },
  };
  /** A part of a document that others hold the rest of. */
  const partial = new Set(["ShieldAllowList"]);

  const writable = (schema: JsonSchema): string[] =>
    Object.entries(schema.properties ?? {})
      .filter(([, property]) => !property.readOnly)
      .map(([wire]) => wire);
  const missing = (schema: JsonSchema, fields: Fields, within?: string): string[] => {
    const held = Object.entries(fields)
      .filter(([, field]) => field.within === within)
      .map(([name, field]) => wireName(name, field));
    return writable(schema).filter((wire) => !held.includes(wire));
  };

  test.each(definitions.filter(({ kind }) => !partial.has(kind)))("$kind: is whole", (definition) => {
    const absent = new Set(bodiesOf(definition).flatMap((body) => missing(body, definition.fields)));
    expect([...absent].sort()).toEqual(Object.keys(leftOut[definition.kind] ?? {}).sort());
  });

  test("iconik Shield: what the settings leave out is there", () => {
    const held = Object.entries(kinds.ShieldAllowList!.fields).map(([name, field]) => wireName(name, field));
    const handedOver = Object.values(leftOut).flatMap((reasons) =>
      Object.entries(reasons).filter(([, to]) => to in kinds),
    );
    expect(handedOver.filter(([wire]) => !held.includes(wire))).toEqual([]);
  });

  test("storages: every method that is offered holds all of its settings", () => {
    const offered = Object.entries(
      Object.groupBy(
        forms.filter(({ definition }) => definition.kind === "Storage"),
        ({ variant }) => variant!.wire.method!,
      ),
    );
    for (const [method, variants] of offered) {
      const fields = Object.assign({}, ...variants!.map(({ fields }) => fields)) as Fields;
      const schema = contract.schemas[storageSettingsSchemas[method]!]!;
      expect([method, missing(schema, fields, "settings")]).toEqual([method, []]);
    }
    expect(
      Object.keys(storageSettingsSchemas).filter((method) => !offered.some(([known]) => known === method)),
    ).toEqual([
      // Of these iconik's pages describe neither set-up nor use.
      "FTP",
      "SFTP",
      "HTTP",
      "CUSTOM",
    ]);
  });

  test("what only Amazon's own storages have is left out of the services that speak its protocol", () => {
    const all = Object.keys(forms.find(({ title }) => title === "Storage s3")!.fields);
    for (const type of ["wasabi", "ibmCos", "cloudian", "s3Compatible"]) {
      const own = Object.keys(forms.find(({ title }) => title === `Storage ${type}`)!.fields);
      expect(all.filter((name) => !own.includes(name))).toEqual([
        "useAcceleration",
        "notificationSqsUrl",
        "credentials",
      ]);
    }
  });
});

test("every file of the folder is a kind, and every kind has a file", () => {
  const files = readdirSync(join(__dirname, "../provider/kinds")).filter(
    (file) => file.endsWith(".ts") && file !== "index.ts",
  );
  const named = definitions.map(({ kind }) => `${kind.replace(/(?<!^)[A-Z]/g, "-$&").toLowerCase()}.ts`);
  expect(named.sort()).toEqual(files.sort());
  expect(new Set(definitions.map(({ section }) => section)).size).toBe(definitions.length);
});
