// The objects that are measured, three times: as a program of ours, as a program of empty resources, and as bare calls.
import { inTurns, type floor } from "./tenant.mts";

type Work = Parameters<typeof floor>[1];

const roles = ["can_read_assets", "can_read_collections", "can_search", "can_write_assets"];
const group = (number: number) => ({ name: `Group ${number}`, description: `Group number ${number}`, roles });

/** User groups, as a program makes them. */
export const groups = (count: number): string => `
const iconik = require("pulumi-iconik");
for (let number = 0; number < ${count}; number += 1) {
  new iconik.UserGroup(\`Group \${number}\`, { description: \`Group number \${number}\`, roles: ${JSON.stringify(roles)} });
}
`;

/** As many resources with the same inputs and a provider that does nothing. */
export const empties = (count: number): string => `
const pulumi = require("@pulumi/pulumi");
const __provider = "exports.handler=()=>({create:async(i)=>({id:crypto.randomUUID(),outs:i})})";
class UserGroup extends pulumi.CustomResource {
  constructor(name, args) {
    super("pulumi-nodejs:dynamic/empty:UserGroup", name, { name, ...args, __provider });
  }
}
for (let number = 0; number < ${count}; number += 1) {
  new UserGroup(\`Group \${number}\`, { description: \`Group number \${number}\`, roles: ${JSON.stringify(roles)} });
}
`;

const list = "/API/users/v1/groups/";
const token = "/API/auth/v1/auth/token/";

/** Asks which tenant it is, looks twice for names that are taken, makes each group and reads it back. */
export const make =
  (count: number): Work =>
  async (http) => {
    await http("GET", token);
    for (let look = 1; look <= 2; look += 1) await http("GET", `${list}?page=1&per_page=100`);
    await inTurns(Array(count).keys(), async (number) => {
      const { id } = await http("POST", list, group(number));
      await http("GET", `${list}${id}/`);
    });
  };

/** Asks which tenant it is, reads all pages, and so many of the groups by their ids. */
export const read =
  (byId: number): Work =>
  async (http) => {
    await http("GET", token);
    const ids: string[] = [];
    for (let page = 1, pages = 1; page <= pages; page += 1) {
      const answer = await http("GET", `${list}?page=${page}&per_page=100`);
      ids.push(...answer.objects.map(({ id }: { id: string }) => id));
      pages = answer.pages;
    }
    await inTurns(ids.slice(0, byId), (id) => http("GET", `${list}${id}/`));
  };
