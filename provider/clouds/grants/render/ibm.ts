/** Statements as custom roles and access policies of IBM Cloud. */

import { createHash } from "node:crypto";
import { groupsOf, type GrantGroup, type Statement } from "../statement";

interface Attribute {
  key: string;
  operator: "stringEquals";
  value: string;
}

export interface IbmGrant {
  /** Body of `POST /v2/roles`, without the account's id. */
  role: { name: string; display_name: string; service_name: "cloud-object-storage"; actions: string[] };
  /** Body of `POST /v2/policies` (IAM v2: only it takes rules). */
  policy: {
    type: "access";
    subject: { attributes: Attribute[] };
    resource: { attributes: Attribute[] };
    control: { grant: { roles: { role_id: string }[] } };
    rule?: { key: string; operator: string; value: string };
    pattern?: "attribute-based-condition:resource:literal-and-wildcard";
  };
}

export interface IbmIdentity {
  /** `iam-ServiceId-…` */
  iamId: string;
  /** The service instance: its CRN, or the GUID in it. */
  instance: string;
  /** CRN of the custom role of that name. */
  roleCrn(name: string): string;
}

/** One role and policy for the whole bucket; for a folder up to three, because calls on the bucket know no folder. */
export function ibmGrants(statement: Statement, { iamId, instance, roleCrn }: IbmIdentity): IbmGrant[] {
  return groupsOf(statement).map((group) => {
    const actions = [...group.actions].sort();
    const name = `IconikStorage${createHash("sha256").update(actions.join()).digest("hex").slice(0, 8)}`;
    return {
      role: {
        name,
        display_name: `iconik storage ${name.slice(-8)}`,
        service_name: "cloud-object-storage",
        actions,
      },
      policy: {
        type: "access",
        subject: { attributes: [equals("iam_id", iamId)] },
        resource: {
          attributes: [
            equals("serviceName", "cloud-object-storage"),
            equals("serviceInstance", guidOf(instance)),
            equals("resourceType", "bucket"),
            equals("resource", group.resource),
          ],
        },
        control: { grant: { roles: [{ role_id: roleCrn(name) }] } },
        ...ruleOf(group),
      },
    };
  });
}

const equals = (key: string, value: string): Attribute => ({ key, operator: "stringEquals", value });

/** `crn:v1:bluemix:public:cloud-object-storage:global:a/<account>:<guid>::` */
const guidOf = (instance: string): string =>
  instance.startsWith("crn:") ? (instance.split(":")[7] ?? instance) : instance;

function ruleOf({ conditions: [condition] }: GrantGroup): Pick<IbmGrant["policy"], "rule" | "pattern"> {
  if (!condition) return {};
  const { key, operator, values } = condition;
  return {
    rule: { key, operator, value: values[0]! },
    pattern: "attribute-based-condition:resource:literal-and-wildcard",
  };
}
