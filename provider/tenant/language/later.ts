/** Keys that the language knows from the start and whose work comes later: guards, exceptions, tests. */

import { permissions } from "../../definition";
import { lowerCamel } from "../../naming";
import { date, reference } from "./field-form";
import { either, key, list, record, text, words, type Form } from "./form";

const name = text({ min: 1 });
export const guards: Form = record({
  mustKeep: key("Addresses that every allow list must let in.", list(name, { distinct: true })),
  minAdmins: key("Administrators that must be left.", { form: "number", whole: true, min: 0 }),
});

export const allow: Form = list(
  record(
    {
      delete: key("The object whose deletion is permitted, as section/label.", text({ format: "target" }), {
        requiredUnless: ["escalation"],
      }),
      escalation: key("The object about which what a review calls an escalation is permitted, as section/label.", text({ format: "target" })),
      reason: key("Why.", name, { required: true }),
      until: key("Last day of the exception.", date, { required: true }),
    },
    { name: "exception" },
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
      person: key("The person that is looked at, by e-mail: what they may do by all their groups. Wants to know who is in which group.", name),
      aclTemplate: key("The ACL template that is looked at, by label.", label),
      storage: key("The storage that is looked at, by label: with a list, what its identity may do in its cloud; with a map, who has access to it.", label),
      allowList: key("The allow list that is looked at: everyone, groups/Freelance, teams/Sport.", label),
      accept: key("What must be there: roles or actions (* stands for anything, and one is enough), permissions by member, or addresses.", what, { requiredUnless: ["deny"] }),
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
      atLeast: key("So many people must hold the role.", { form: "number", whole: true, min: 1 }, { requiredUnless: ["separation"] }),
      separation: key("Roles of which nobody may hold two; where people are not known, no group.", list(name, { distinct: true, min: 2 })),
    },
    { name: "invariant" },
  ),
);
