/** Guards, exceptions and tests: checked as far as they can be without a tenant, and handed on as they are written. */

import type { Values } from "../../definition";
import type { Later } from "../desired";
import { noSuchSection } from "./names";
import type { Reading } from "../reading/draft";
import { past } from "../reading/expiry";
import { rolesFieldOf } from "../language/sections";
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
  if (enabled?.sort === "scalar" && enabled.value === true && itemsOf(child(child(tree, "guards"), "mustKeep")).length === 0) {
    report(
      "missing-field",
      enabled.at,
      "Shield is switched on, and guards.mustKeep names no address that must stay inside",
      "write guards: { mustKeep: [<address>] } at the top level of the file, beside shield, with addresses from which somebody can always mend it; the one that this file is applied from is looked after anyway",
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
