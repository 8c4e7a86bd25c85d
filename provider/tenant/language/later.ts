/** Keys that the language knows from the start and whose work comes later: guards, exceptions, tests. */

import { date, reference } from "./field-form";
import { key, list, record, text, type Form } from "./form";

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

export const tests: Form = list(
  record(
    {
      name: key("What the test says.", name, { required: true }),
      group: key("The group, or the role group, that is looked at.", reference, { required: true }),
      deny: key("Roles that it must not have; * stands for anything.", list(name, { distinct: true, min: 1 }), {
        required: true,
      }),
    },
    { name: "test" },
  ),
);
