/** What can be wrong with the addresses of an allow list. */

import { checkAddresses, parseAddress, type AddressCode } from "../../addresses";
import type { PartKind } from "../../definition";
import { fieldSchema } from "../../field-schema";
import type { Report } from "../diagnostics";
import { quoted } from "../files/frame";
import type { Resolved } from "../reading/references";
import { placeOf, type Span } from "../files/text";
import { entriesOf, itemsOf, textOf, type Written } from "../files/written";

export interface AddressEntry {
  ip: string;
  application?: Resolved;
  at: Span;
  /** The set it comes from. */
  set?: string;
}

const refusals: Partial<Record<AddressCode, string>> = {
  "address-syntax": "is no IP address or range",
  "address-leading-zero": "has leading zeros, which some programs read as octal",
  "address-short-form": "is a short form that only some programs understand",
  "address-zone": "has a zone, which means something on one machine only",
  "address-prefix-length": "has no proper prefix length",
  "address-host-bits": "could be one address or a whole range",
};

const doubts: Partial<Record<AddressCode, [problem: string, fix: string]>> = {
  "address-ipv4-mapped": ["is an IPv4 address written as IPv6", "write the IPv4 address"],
  "address-ipv6": ["is IPv6, of which iconik's pages say nothing", "have an IPv4 address in the list too"],
  "address-everything": ["lets everyone in", "name the addresses that are yours"],
};

/** Reports what is wrong with one address; true when it can be used. */
export function checkAddress(text: string, at: Span, report: Report): boolean {
  const { range, findings } = parseAddress(text);
  for (const { code, wants } of findings) {
    const refusal = refusals[code];
    if (refusal) {
      report(
        "wrong-address",
        at,
        `${quoted(text)} ${refusal}`,
        wants
          ? `write ${wants}, or one address without /`
          : "write an address (192.0.2.10) or a range (203.0.113.0/24)",
      );
    }
  }
  return range !== undefined;
}

/** The addresses of sets and guards: each by itself. */
export function checkSets(sets: Written | undefined, mustKeep: Written | undefined, report: Report): void {
  const lists = [...entriesOf(sets).map(({ value }) => value), ...(mustKeep ? [mustKeep] : [])];
  for (const item of lists.flatMap((list) => itemsOf(list))) {
    const text = textOf(item);
    if (text !== undefined) checkAddress(text, item.at, report);
  }
}

/** A whole list: each address, repetitions, and how long it is with its sets written out. */
export function checkAllowList(
  part: PartKind,
  field: string,
  entries: readonly AddressEntry[],
  at: Span,
  report: Report,
): void {
  const most = fieldSchema(part, field)?.maxItems;
  const distinct = new Set(entries.map(({ ip, application }) => JSON.stringify([ip, application])));
  if (most !== undefined && distinct.size > most) {
    report(
      "out-of-range",
      at,
      `The list has ${distinct.size} addresses, its sets included; iconik takes ${most}`,
      "join neighbouring addresses into ranges",
    );
  }
  const findings = checkAddresses(
    entries.map(({ ip, application }) => ({ ip, ...(application && { application: JSON.stringify(application) }) })),
  );
  for (const finding of findings) {
    const entry = entries[finding.index]!;
    if ("other" in finding) {
      // Sets are there to be combined.
      const other = entries[finding.other]!;
      if (entry.set !== undefined || other.set !== undefined) continue;
      const line = placeOf(other.at).line;
      if (finding.code === "address-duplicate") {
        report("duplicate-entry", entry.at, `${quoted(entry.ip)} is in line ${line} already`, "drop one of the two");
      } else {
        report(
          "unwise-address",
          entry.at,
          `${quoted(entry.ip)} lies within ${quoted(other.ip)}, line ${line}`,
          "drop the narrower one",
        );
      }
      continue;
    }
    const doubt = doubts[finding.code];
    if (doubt) {
      report(
        "unwise-address",
        entry.at,
        `${quoted(entry.ip)} ${doubt[0]}`,
        finding.wants ? `write ${finding.wants}` : doubt[1],
      );
    } else checkAddress(entry.ip, entry.at, report);
  }
}
