/** What no run may undo, the permitted exceptions, and policy tests. */

import { permissions } from "../../definition";
import { verbs, type Verb } from "../../engine/guards/exceptions";
import { lowerCamel } from "../../naming";
import { date, reference, roleName } from "./field-form";
import { either, key, list, record, text, words, type Form } from "./form";

const name = text({ min: 1 });
export const guards: Form = record({
  mustKeep: key(
    "Addresses and ranges that everyone's allow list, and those of the groups of whoever applies the file, must let in by any application. Wanted when shield.enabled is true.",
    list(name, { distinct: true }),
  ),
  minAdmins: key("People who can manage users and groups that must be left. Default 2.", {
    form: "number",
    whole: true,
    min: 0,
  }),
});

/** What stands after the word of an exception. */
const targets: Record<Verb, Form> = {
  delete: text({ format: "targets" }),
  empty: text({ format: "targets" }),
  lockOut: name,
  loseRole: roleName,
  grantRole: roleName,
  minAdmins: { form: "number", whole: true, min: 0 },
  escalation: text({ format: "target" }),
};

export const allow: Form = list(
  either(
    `one of ${Object.keys(verbs).join(", ")}, with reason and until`,
    ...(Object.keys(verbs) as Verb[]).map((verb) =>
      record(
        {
          [verb]: key(verbs[verb], targets[verb], { required: true }),
          reason: key("Why.", text({ min: 1, format: "reason" }), { required: true }),
          until: key("Last day of the exception, in UTC. After it, it permits nothing.", date, { required: true }),
        },
        { name: `exception.${verb}` },
      ),
    ),
  ),
);

const label = text({ min: 1 });
const names = list(name, { distinct: true, min: 1 });
const people: Form = {
  form: "map",
  of: list(words(...permissions.map(lowerCamel)), { distinct: true, min: 1 }),
  about: "a map of lists of permissions",
};
const what = either("a list, or permissions by member", names, people);
const subjects = ["person", "aclTemplate", "storage", "allowList"] as const;

export const tests: Form = list(
  record(
    {
      name: key("What the test says.", name, { required: true }),
      group: key("The group, or the role group, that is looked at.", reference, { requiredUnless: subjects }),
      person: key(
        "The person that is looked at, by e-mail: what they may do by all their groups. Wants to know who is in which group.",
        name,
      ),
      aclTemplate: key("The ACL template that is looked at, by label.", label),
      storage: key(
        "The storage that is looked at, by label: with a list, what its identity may do in its cloud; with a map, who has access to it.",
        label,
      ),
      allowList: key("The allow list that is looked at: everyone, groups/Freelance, teams/Sport.", label),
      accept: key(
        "What must be there: roles or actions (* stands for anything, and one is enough), permissions by member, or addresses.",
        what,
        { requiredUnless: ["deny"] },
      ),
      deny: key("What must not be there, in the same words; the member * stands for all others.", what),
      except: key("Members for whom deny: of the member * does not count.", names),
    },
    { name: "test" },
  ),
);

export const invariants: Form = list(
  record(
    {
      name: key("What must hold.", name, { required: true }),
      role: key("A role that enough people must hold.", name, { requiredUnless: ["separation"] }),
      atLeast: key(
        "So many people must hold the role.",
        { form: "number", whole: true, min: 1 },
        { requiredUnless: ["separation"] },
      ),
      separation: key(
        "Roles of which nobody may hold two; where people are not known, no group.",
        list(name, { distinct: true, min: 2 }),
      ),
    },
    { name: "invariant" },
  ),
);
