/** Guards, exceptions and tests: checked as far as they can be without a tenant, and handed on as they are written. */

import { covers, parseAddress, type AddressEntry } from "../../addresses";
import type { Values } from "../../definition";
import type { Later } from "../desired";
import { noSuchSection } from "./names";
import type { Draft, Reading } from "../reading/draft";
import { past } from "../reading/expiry";
import { rolesFieldOf } from "../language/sections";
import { quoted } from "../files/frame";
import { placeOf } from "../files/text";
import { child, itemsOf, plain, textOf } from "../files/written";

/** References and dates in guards, exceptions and tests. */
export function checkLater(reading: Reading): void {
  const { tree, sections, references, malformed, report } = reading;
  const withRoles = sections.objects.filter((object) => rolesFieldOf(object) !== undefined).map(({ kind }) => kind);
  for (const test of itemsOf(child(tree, "tests"))) {
    const group = child(test, "group");
    if (group && !malformed.has(group)) references.resolve(withRoles, group);
  }
  for (const exception of itemsOf(child(tree, "allow"))) {
    const target = child(exception, "delete") ?? child(exception, "empty");
    const [section = ""] = (textOf(target) ?? "").split("/");
    if (target && !malformed.has(target) && section !== "*" && !sections.objectOf(section)) {
      noSuchSection(sections, section, target.at, report);
    }
    const until = child(exception, "until");
    if (until && !malformed.has(until)) past(reading, until, "The exception was meant to end then");
  }
  const enabled = child(child(tree, "shield"), "enabled");
  if (
    enabled?.sort === "scalar" &&
    enabled.value === true &&
    itemsOf(child(child(tree, "guards"), "mustKeep")).length === 0
  ) {
    report(
      "missing-field",
      enabled.at,
      "Shield is switched on, and guards.mustKeep names no address that must stay inside",
      "write guards: { mustKeep: [<address>] } at the top level of the file, beside shield, with addresses from which somebody can always mend it; the one that this file is applied from is looked after anyway",
    );
  }
}

/** Whether Shield, where it is on, lets in what must be kept: by everyone's list alone, however lists combine. */
export function checkKept(read: readonly Draft[], { tree, today, report }: Reading): void {
  const list = read.find(
    ({ kind, label, inputs }) => kind === "ShieldAllowList" && label === "everyone" && inputs.enabled === true,
  );
  if (!list) return;
  const addresses = (list.inputs.addresses ?? []) as Exclude<AddressEntry, string>[];
  if (addresses.some(({ ip }) => !parseAddress(ip).range)) return;
  const permitted = itemsOf(child(tree, "allow")).flatMap((one) =>
    (textOf(child(one, "until")) ?? "") >= today ? (textOf(child(one, "lockOut")) ?? []) : [],
  );
  for (const kept of itemsOf(child(child(tree, "guards"), "mustKeep"))) {
    const address = textOf(kept);
    if (
      address === undefined ||
      !parseAddress(address).range ||
      covers(addresses, address) ||
      permitted.includes(address)
    )
      continue;
    report(
      "shut-out",
      kept.at,
      `Shield is switched on here, and shield.everyone does not let in ${quoted(address)}, which guards.mustKeep names`,
      "add it, or a range that holds it, to shield.everyone, for all applications, or take it out of guards.mustKeep",
    );
  }
}

export function laterOf({ tree, expires }: Reading): Later {
  const listed = (section: string) =>
    itemsOf(child(tree, section)).map((node) => ({ values: plain(node) as Values, place: placeOf(node.at) }));
  const guards = child(tree, "guards");
  return {
    ...(guards && { guards: plain(guards) as Values }),
    tests: listed("tests"),
    invariants: listed("invariants"),
    allow: listed("allow"),
    expires,
  };
}
