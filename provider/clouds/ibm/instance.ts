/** Instances of Object Storage, as they are named. */

import { cloudError } from "../dynamic/errors";

/** What a CRN of a service instance says. `crn:v1:bluemix:public:cloud-object-storage:global:a/<account>:<guid>::` */
export function instanceOf(crn: string): { account: string; guid: string } {
  const [, , , , service, , scope = "", guid] = crn.split(":");
  if (service !== "cloud-object-storage" || !scope.startsWith("a/") || !guid)
    throw cloudError({
      code: "bad-setting",
      message: `${JSON.stringify(crn)} is not the CRN of an Object Storage instance; it is on the page of the instance, and begins with crn:v1:`,
    });
  return { account: scope.slice(2), guid };
}
