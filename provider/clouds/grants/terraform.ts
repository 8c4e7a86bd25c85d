/**
 * Grants as Terraform, for teams who keep their cloud in it: identities and policies, no buckets and no keys (a key
 * made by Terraform lies in its state). What is not known yet is a variable.
 */

import type { GrantDocument, StorageGrants } from "./documents";
import type { TenantStorage } from "./from-tenant";
import { identityName } from "./need";
import type { B2KeyRequest } from "./render/b2";
import type { GcsGrant } from "./render/gcs";
import type { IbmGrant } from "./render/ibm";
import type { s3Cors } from "./render/cors";

/** HCL, for Terraform 1.0 or newer. Ends with a line feed. */
export function grantsTerraform(all: readonly { storage: TenantStorage; grants: StorageGrants }[]): string {
  const file = new File();
  for (const { storage, grants } of all) {
    const name = file.nameOf(grants.need.label);
    file.comment(`Storage ${JSON.stringify(grants.need.label)}. ${grants.says}`);
    for (const line of [...grants.checklist, ...grants.notes]) file.comment(`- ${line}`);
    file.learn(name, grants.placeholders);
    write(file, name, storage, grants);
  }
  return file.toString();
}

function write(file: File, name: string, storage: TenantStorage, { need, documents }: StorageGrants): void {
  const body = (wanted: string) => documents.find((document) => document.name === wanted)?.body;
  const all = <T>(start: string) =>
    documents.filter((one) => one.name.startsWith(start)).map((one: GrantDocument) => one.body as T);
  const [user, bucket, key, queue, cors] = [
    body("user policy"),
    body("bucket policy"),
    body("statements of the key policy"),
    body("queue policy"),
    body("CORS rules"),
  ];
  if (user) {
    if (need.type !== "s3") file.comment("By an aws provider whose endpoints are the service's own.");
    file.block(["resource", "aws_iam_user", name], { name: identityName(need) });
    file.block(["resource", "aws_iam_user_policy", name], {
      name: "iconik",
      user: raw(`aws_iam_user.${name}.name`),
      policy: json(user),
    });
  }
  if (bucket && file.once(`bucket ${need.bucket}`)) {
    file.block(["resource", "aws_s3_bucket_policy", name], { bucket: need.bucket, policy: json(bucket) });
  }
  if (key) file.block(["locals"], { [`${name}_key_policy_statements`]: key });
  if (queue)
    file.block(["resource", "aws_sqs_queue_policy", name], { queue_url: need.notificationQueue, policy: json(queue) });
  if (need.type === "gcs") {
    const roles = all<GcsGrant["role"]>("custom role");
    const bindings = all<GcsGrant["binding"]>("binding");
    roles.forEach(({ roleId, ...role }, index) => {
      if (file.once(`role ${roleId}`)) {
        const project = storage.project === undefined ? {} : { project: storage.project };
        file.block(["resource", "google_project_iam_custom_role", roleId], { ...project, role_id: roleId, ...role });
      }
      const { condition, ...binding } = bindings[index]!;
      file.block(["resource", "google_storage_bucket_iam_member", `${name}_${index + 1}`], {
        ...binding,
        role: raw(`google_project_iam_custom_role.${roleId}.id`),
        ...(condition && { condition: nested(condition) }),
      });
    });
  }
  if (need.type === "b2") {
    const { keyName, capabilities, bucketId, namePrefix } = body("application key") as B2KeyRequest;
    file.comment("The provider keeps the key in its state; leave this block out to make it by hand.");
    file.block(["resource", "b2_application_key", name], {
      key_name: keyName,
      capabilities,
      ...(bucketId !== undefined && { bucket_id: bucketId }),
      ...(namePrefix !== undefined && { name_prefix: namePrefix }),
    });
  }
  if (need.type === "ibmCos") {
    const policies = all<IbmGrant["policy"]>("access policy");
    file.block(["resource", "ibm_iam_service_id", name], { name: identityName(need) });
    all<IbmGrant["role"]>("custom role").forEach((role, index) => {
      if (file.once(`role ${role.name}`)) {
        const { service_name: service, ...rest } = role;
        file.block(["resource", "ibm_iam_custom_role", role.name], { ...rest, service });
      }
      const { resource, rule, pattern } = policies[index]!;
      const value = (of: string) => resource.attributes.find((attribute) => attribute.key === of)?.value;
      file.block(["resource", "ibm_iam_service_policy", `${name}_${index + 1}`], {
        iam_id: raw(`ibm_iam_service_id.${name}.iam_id`),
        roles: [raw(`ibm_iam_custom_role.${role.name}.display_name`)],
        resources: nested({
          service: "cloud-object-storage",
          resource_instance_id: value("serviceInstance"),
          resource_type: "bucket",
          resource: value("resource"),
        }),
        ...(rule && {
          rule_conditions: nested({ key: rule.key, operator: rule.operator, value: [rule.value] }),
          pattern,
        }),
      });
    });
  }
  if (cors && need.type === "s3") {
    const [rule] = (cors as ReturnType<typeof s3Cors>).CORSRules;
    file.block(["resource", "aws_s3_bucket_cors_configuration", name], {
      bucket: need.bucket,
      cors_rule: nested({
        allowed_origins: rule!.AllowedOrigins,
        allowed_methods: rule!.AllowedMethods,
        allowed_headers: rule!.AllowedHeaders,
        expose_headers: rule!.ExposeHeaders,
        max_age_seconds: rule!.MaxAgeSeconds,
      }),
    });
  } else if (cors) file.block(["locals"], { [`${name}_cors`]: cors });
}

/** An expression of Terraform's, as it stands. */
class Raw {
  constructor(readonly text: string) {}
}
const raw = (text: string): Raw => new Raw(text);
/** A block within a block. */
class Nested {
  constructor(readonly body: Readonly<Record<string, unknown>>) {}
}
const nested = (body: Readonly<Record<string, unknown>>): Nested => new Nested(body);
/** A policy, which AWS wants as a text. */
class Json {
  constructor(readonly value: unknown) {}
}
const json = (value: unknown): Json => new Json(value);

class File {
  private readonly blocks: string[] = [];
  private readonly names = new Set<string>();
  private readonly done = new Set<string>();
  private readonly variables = new Map<string, string>();
  private readonly current = new Map<string, string>();

  /** A label as a name that Terraform takes, of its own for each. */
  nameOf(label: string): string {
    const base = slug(label) || "storage";
    let name = base;
    for (let count = 2; this.names.has(name); count++) name = `${base}_${count}`;
    this.names.add(name);
    return name;
  }

  once(what: string): boolean {
    const isNew = !this.done.has(what);
    this.done.add(what);
    return isNew;
  }

  /**
   * Placeholders of the storage that comes next. What differs from storage to storage is a variable of its own for
   * each.
   */
  learn(storage: string, placeholders: Readonly<Record<string, string>>): void {
    this.current.clear();
    for (const [name, hint] of Object.entries(placeholders)) {
      const isShared = name === "account id" || name === "system domain id" || name.startsWith("config ");
      const variable = isShared ? slug(name) : `${storage}_${slug(name)}`;
      this.current.set(name, variable);
      this.variables.set(variable, hint);
    }
  }

  comment(text: string): void {
    this.blocks.push(`# ${text.replace(/\s+/g, " ")}`);
  }

  block(head: readonly string[], body: Readonly<Record<string, unknown>>): void {
    const [type, ...labels] = head;
    this.blocks.push(
      `${[type, ...labels.map((label) => JSON.stringify(label))].join(" ")} {\n${this.lines(body, "  ")}}\n`,
    );
  }

  toString(): string {
    const text = this.blocks.join("\n");
    const used = [...this.variables].filter(([name]) => new RegExp(`\\bvar\\.${name}\\b`).test(text));
    const variables = used.map(
      ([name, hint]) =>
        `variable ${JSON.stringify(name)} {\n  type        = string\n  description = ${JSON.stringify(hint)}\n}\n`,
    );
    return [...variables, text].join("\n");
  }

  private lines(body: Readonly<Record<string, unknown>>, indent: string): string {
    const rows = Object.entries(body).map(([key, value]): [string, string] =>
      value instanceof Nested
        ? [`${key} {\n${this.lines(value.body, `${indent}  `)}${indent}}`, ""]
        : [key, this.expression(value, indent)],
    );
    return aligned(rows, indent);
  }

  private expression(value: unknown, indent: string): string {
    if (value instanceof Raw) return value.text;
    if (value instanceof Json) return `jsonencode(${this.expression(value.value, indent)})`;
    if (typeof value === "string") return this.text(value);
    if (typeof value !== "object" || value === null) return String(value);
    const inner = `${indent}  `;
    if (Array.isArray(value)) {
      const items = value.map((item) => this.expression(item, inner));
      const line = `[${items.join(", ")}]`;
      return line.length < 90 && !line.includes("\n")
        ? line
        : `[\n${items.map((item) => `${inner}${item},\n`).join("")}${indent}]`;
    }
    const rows = Object.entries(value as Record<string, unknown>).map(([key, one]): [string, string] => [
      JSON.stringify(key),
      this.expression(one, inner),
    ]);
    return `{\n${aligned(rows, inner)}${indent}}`;
  }

  /** Placeholders become variables; what would begin a template in Terraform stays as it is. */
  private text(value: string): string {
    const quoted = JSON.stringify(value).replace(/\$\{/g, "$$$${").replace(/%\{/g, "%%{");
    const templated = quoted.replace(/<([^<>]+)>/g, (whole, name: string) => {
      const variable = this.current.get(name);
      return variable === undefined ? whole : `\${var.${variable}}`;
    });
    return /^"\$\{(var\.\w+)\}"$/.exec(templated)?.[1] ?? templated;
  }
}

/**
 * As `terraform fmt` writes them: of lines that follow one another, each with its value, the signs stand in one column.
 */
function aligned(rows: readonly (readonly [string, string])[], indent: string): string {
  const isLine = (row: readonly [string, string] | undefined) =>
    row !== undefined && row[1] !== "" && !row[1].includes("\n");
  return rows
    .map(([key, value], index) => {
      if (value === "") return `${indent}${key}\n`;
      let width = key.length;
      if (isLine(rows[index])) {
        for (let at = index; isLine(rows[at]); at--) width = Math.max(width, rows[at]![0].length);
        for (let at = index; isLine(rows[at]); at++) width = Math.max(width, rows[at]![0].length);
      }
      return `${indent}${key.padEnd(width)} = ${value}\n`;
    })
    .join("");
}

const slug = (text: string): string =>
  text
    .toLowerCase()
    .normalize("NFKD")
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^_|_$/g, "")
    .replace(/^(?=\d)/, "s");
