/** Reviews for tests of the page: a newsroom with everything, names that nobody should use, and a large tenant. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { grantsOf } from "../../provider/commands/review";
import { roles } from "../../provider/roles";
import { review, type Review, type Statement } from "../../provider/review";
import type { Person } from "../../provider/tenant/picture";
import { asLive, bare, groups, now, picture, resource } from "./pictures";

const file = (name: string) => readFileSync(join(__dirname, "newsroom", name), "utf8");

/** @param refusals of guards, which are no part of what is compared */
export function newsroom(refusals: readonly Statement[] = []): Review {
  const [from, to] = [picture(file("from.yaml"), "git:main:tenant.yaml"), picture(file("to.yaml"), "tenant.yaml")];
  const crowd: Record<string, number> = {
    Editors: 46,
    Freelance: 41,
    Archivists: 4,
    Producers: 12,
    Administrators: 3,
    Interns: 2,
  };
  const people = Object.entries(crowd).flatMap(([group, count]) =>
    [...Array(count).keys()].map((index): Person => {
      const also = group === "Freelance" && index < 3 ? ["userGroups/Editors"] : [];
      return {
        email: `${group.toLowerCase()}-${index + 1}@example.com`,
        type: group === "Administrators" ? "power" : "standard",
        active: true,
        admin: false,
        memberOf: [`userGroups/${group}`, ...also],
      };
    }),
  );
  return review(from, to, {
    now,
    name: "prod",
    live: asLive(picture(file("live.yaml"))),
    people: { known: people, readAt: "2026-11-20T08:00:00Z" },
    grants: { from: grantsOf(from), to: grantsOf(to) },
    refusals,
  });
}

export const refusal: Statement = {
  code: "refused",
  level: "guard",
  subject: { kind: "ShieldAllowList", section: "shield", label: "everyone" },
  says: "203.0.113.7, which guards.mustKeep names, would be shut out when lists of groups replace the one of everyone",
  place: { file: "tenant.yaml", line: 48, column: 3 },
};

/** Names that break out of markup, scripts and lines, of other scripts and directions, and long ones. */
export const names = [
  `</script><img src=x onerror="document.title='broken'">`,
  `"><svg/onload=document.title='broken'>'\`\${1}{{2}}`,
  "<!--<script>",
  "]]>&lt;b&gt; &amp; &#39;",
  "الأخبار العاجلة 24",
  "חדשות 7 (ערב)",
  "Nachrichten 🎬📼👩🏽‍💻 日本語ニュース",
  "\u202egnp.stxet\u202c \u001b[31mred\u0007",
  "W".repeat(300),
  "constructor",
  "__proto__",
];

export function hostile(): Review {
  const access = (permissions: string[]) => ({
    groups: names.map((label) => ({ group: { ref: { kind: "UserGroup", label, name: label } }, permissions })),
    users: [{ user: names[0], permissions }],
  });
  const tenant = (given: string[], permissions: string[], read: boolean) =>
    bare(
      "userGroups",
      [
        ...groups("userGroups", Object.fromEntries(names.map((label) => [label, given]))).resources.map((one) => ({
          ...one,
          place: { file: `${names[0]}.yaml`, line: 1, column: 1 },
        })),
        ...names.map((label) =>
          resource("AclTemplate", "aclTemplates", label, { name: label, access: access(permissions) }),
        ),
        ...names.map((label) =>
          resource("Storage", "storages", label, {
            name: label,
            type: "FILE",
            purpose: "FILES",
            read,
            description: label,
          }),
        ),
        resource("AdminSettings", "adminSettings", "tenant", {
          homePage: read ? names[1] : names[0],
          corsHosts: names,
        }),
      ],
      [
        {
          email: `${names[0]}@example.com`,
          type: "standard",
          active: true,
          admin: false,
          memberOf: names.map((label) => `userGroups/${label}`),
        },
      ],
    );
  const found = review(
    { ...tenant(["can_search"], ["read"], false), source: names[0]! },
    tenant(["can_search", "can_purge_assets", names[0]!], ["read", "changeAcl"], true),
    { now, name: "prod" },
  );
  return { ...found, domainId: names[0]! };
}

/** A tenant of that many groups, each with most of the roles there are, and every tenth of them changed. */
export function large(size: number): Review {
  const all = [...roles.keys()];
  const given = (index: number, change: number) =>
    all.filter((_, place) => (place * 7 + index * 13) % 5 !== 0 && (change === 0 || (place + index) % 41 !== change));
  const tenant = (isAfter: boolean) => {
    const byLabel = Object.fromEntries(
      [...Array(size).keys()].map((index) => [
        `Group ${index}`,
        given(index, index % 10 === 0 ? (isAfter ? 1 : 2) : 0),
      ]),
    );
    const { resources } = groups("userGroups", byLabel);
    const lists = [...Array(size).keys()].map((index) =>
      resource("AclTemplate", "aclTemplates", `Template ${index}`, {
        name: `Template ${index}`,
        access: {
          groups: [...Array(20).keys()].map((member) => ({
            group: {
              ref: {
                kind: "UserGroup",
                label: `Group ${(index + member * 3) % size}`,
                name: `Group ${(index + member * 3) % size}`,
              },
            },
            permissions:
              isAfter && index % 10 === 0 && member === 0 ? ["read", "write", "changeAcl"] : ["read", "write"],
          })),
        },
      }),
    );
    const storages = [...Array(Math.ceil(size / 2)).keys()].map((index) =>
      resource("Storage", "storages", `Storage ${index}`, {
        name: `Storage ${index}`,
        type: "FILE",
        purpose: "FILES",
        read: true,
        write: isAfter || index % 20 !== 0,
      }),
    );
    const settings = [...Array(size).keys()].map((index) =>
      resource("UserGroupSettings", "userGroups", `Group ${index}`, {
        group: { ref: { kind: "UserGroup", label: `Group ${index}`, name: `Group ${index}` } },
        deleteGracePeriod: isAfter && index % 10 === 0 ? 24 : 72,
        homePage: "search",
      }),
    );
    return bare(
      "userGroups",
      [...resources, ...lists, ...storages, ...settings],
      [...Array(size * 10).keys()].map((index): Person => ({
        email: `person-${index}@example.com`,
        type: "power",
        active: true,
        admin: false,
        memberOf: [`userGroups/Group ${index % size}`, `userGroups/Group ${(index * 7) % size}`],
      })),
    );
  };
  return review(tenant(false), tenant(true), { now, name: "prod" });
}
