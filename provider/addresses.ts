/**
 * IP addresses and CIDR ranges for the allow lists of iconik Shield (settings documents: `allowed_ips`, entries of
 * `ip` and `app_id`). iconik shows two forms, an IPv4 address and an IPv4 range with a prefix length (help page: IP
 * allow list), and accepts any text in the field, so a text is read strictly here: it says exactly one range, or it has
 * no range and a finding says why. IPv6 is documented nowhere: it is understood, and flagged.
 */
import { isIP } from "node:net";
import ipaddr from "ipaddr.js";

/** All addresses from `first` to `last`; a single address is a range of one. */
export interface AddressRange {
  readonly family: 4 | 6;
  readonly first: bigint;
  readonly last: bigint;
  /** The one way to write it: no prefix length for a single address, RFC 5952 for IPv6, IPv4 for IPv4-mapped IPv6. */
  readonly text: string;
}

/** What can be said of one text. The first six leave it without a range; the rest are flags on an understood range. */
export type AddressCode =
  | "address-syntax" // no address at all
  | "address-leading-zero" // 192.0.2.010: octal to some programs, decimal to others
  | "address-short-form" // 192.0.2, 0xc0000207: complete to some programs only
  | "address-zone" // fe80::1%eth0: means something on one machine only
  | "address-prefix-length" // /33, /024, /, /255.255.255.0
  | "address-host-bits" // 192.0.2.7/24: that address or that range? `wants` is the range
  | "address-ipv4-mapped" // ::ffff:192.0.2.7: an IPv4 address in IPv6 dress; `wants` is the IPv4 form
  | "address-ipv6" // iconik does not document IPv6
  | "address-everything"; // 0.0.0.0/0 or ::/0: an allow list that allows everyone

/** `text` as it was given; `wants` is what to write instead, where that is certain. */
export interface AddressFinding {
  readonly code: AddressCode;
  readonly text: string;
  readonly wants?: string;
}

/** An entry of an allow list: plain text, or with the application it is meant for. None means all applications. */
export type AddressEntry = string | { readonly ip: string; readonly application?: string | null };

/** A finding about an entry of a list. `index` is its place, `other` the place of the entry that makes it needless. */
export type AddressListFinding =
  | (AddressFinding & { readonly index: number })
  | {
      readonly code: "address-duplicate" | "address-overlap";
      readonly text: string;
      readonly index: number;
      readonly other: number;
    };

const everything = ["0.0.0.0/0", "::/0"];

/** Reads one address or range. Never throws: without a `range` the findings say why. */
export function parseAddress(text: string): { range?: AddressRange; findings: AddressFinding[] } {
  const refuse = (code: AddressCode, wants?: string) => ({ findings: [{ code, text, ...(wants && { wants }) }] });
  const [written = "", prefixText, ...rest] = text.split("/");
  if (rest.length > 0) return refuse("address-syntax");
  const malformed = malformation(written);
  if (malformed) return refuse(malformed);

  const address = bytesOf(written);
  const bits = address.length * 8;
  if (prefixText !== undefined && !(/^(0|[1-9]\d{0,2})$/.test(prefixText) && Number(prefixText) <= bits)) {
    return refuse("address-prefix-length");
  }
  const prefix = prefixText === undefined ? bits : Number(prefixText);
  const mapped = bits === 128 && prefix >= 96 && new ipaddr.IPv6(address).isIPv4MappedAddress();
  const range = mapped ? rangeOf(address.slice(12), prefix - 96) : rangeOf(address, prefix);
  if (numberOf(mapped ? address.slice(12) : address) !== range.first) return refuse("address-host-bits", range.text);

  const findings: AddressFinding[] = [];
  if (mapped) findings.push({ code: "address-ipv4-mapped", text, wants: range.text });
  if (range.family === 6) findings.push({ code: "address-ipv6", text });
  if (everything.includes(range.text)) findings.push({ code: "address-everything", text });
  return { range, findings };
}

/** The canonical text, for comparing; a text that has no range stays as it is, so that a comparison shows it. */
export function canonicalAddress(text: string): string {
  return parseAddress(text).range?.text ?? text;
}

/**
 * Whether a list lets all of an address or range in, by one entry or by several together. Entries for one application
 * count only when that `application` is asked about. What has no range, on either side, counts as not covered: a guard
 * against locking somebody out must not rely on how iconik might read it.
 */
export function covers(list: readonly AddressEntry[], address: string, application?: string): boolean {
  const { range: wanted } = parseAddress(address);
  if (!wanted) return false;
  const ranges = list
    .map(entryOf)
    .filter((entry) => entry.application === undefined || entry.application === application)
    .flatMap((entry) => parseAddress(entry.ip).range ?? [])
    .filter((range) => range.family === wanted.family)
    .sort((a, b) => (a.first < b.first ? -1 : a.first > b.first ? 1 : 0));
  let next = wanted.first; // the first address that is not covered yet
  for (const range of ranges) {
    if (range.first <= next && range.last >= next) next = range.last + 1n;
  }
  return next > wanted.last;
}

/**
 * Everything to be said of a list, in the order of its entries: the findings of each text, repetitions, and entries
 * that lie inside a wider one. An entry for one application is needless beside one for all, never the other way round.
 * `address-everything` also marks the entry that completes several to everything (0.0.0.0/1 and 128.0.0.0/1).
 */
export function checkAddresses(list: readonly AddressEntry[]): AddressListFinding[] {
  const entries = list.map(entryOf).map(({ ip, application }) => ({ text: ip, application, ...parseAddress(ip) }));
  const completing = new Set(
    everything
      .filter((all) => covers(list, all))
      .map((all) => list.findIndex((_, index) => covers(list.slice(0, index + 1), all))),
  );
  return entries.flatMap((entry, index) => {
    const { text, range, application } = entry;
    const found: AddressListFinding[] = entry.findings.map((finding) => ({ ...finding, index }));
    if (completing.has(index) && !found.some(({ code }) => code === "address-everything")) {
      found.push({ code: "address-everything", text, index });
    }
    const serves = (other: (typeof entries)[number]) =>
      other.application === undefined || other.application === application;

    const same = entries.findIndex(
      (other, i) =>
        // Of two entries alike the later one is needless; of one for an application and one for all, the former.
        (other.application === application ? i < index : serves(other)) &&
        (range ? range.text === other.range?.text : text === other.text),
    );
    if (same >= 0) return [...found, { code: "address-duplicate", text, index, other: same }];

    const wider = range ? entries.findIndex((other) => serves(other) && isInside(range, other.range)) : -1;
    return wider >= 0 ? [...found, { code: "address-overlap", text, index, other: wider }] : found;
  });
}

function entryOf(entry: AddressEntry): { ip: string; application: string | undefined } {
  return typeof entry === "string"
    ? { ip: entry, application: undefined }
    : { ip: entry.ip, application: entry.application ?? undefined };
}

function malformation(address: string): AddressCode | undefined {
  if (address.includes("%") && isIP(address) === 6) return "address-zone";
  if (isIP(address) !== 0) return undefined;
  const withoutZeros = address.replace(/(?<![\da-f])0+(?=\d)/gi, "");
  if (withoutZeros !== address && (isIP(withoutZeros) !== 0 || ipaddr.IPv4.isValid(address))) {
    return "address-leading-zero";
  }
  return ipaddr.IPv4.isValid(address) ? "address-short-form" : "address-syntax";
}

/** The bytes of an address that `isIP` accepts. */
function bytesOf(address: string): number[] {
  // ipaddr.js reads ::192.0.2.7 as ::ffff:192.0.2.7, so a dotted tail goes in as what it stands for.
  const tail = /:(\d+\.\d+\.\d+\.\d+)$/.exec(address)?.[1];
  if (tail === undefined) return ipaddr.parse(address).toByteArray();
  const [a = 0, b = 0, c = 0, d = 0] = ipaddr.IPv4.parse(tail).octets;
  const groups = [a * 256 + b, c * 256 + d].map((group) => group.toString(16)).join(":");
  return ipaddr.IPv6.parse(address.slice(0, -tail.length) + groups).toByteArray();
}

/** The range of that prefix length around an address, host bits cleared. */
function rangeOf(address: number[], prefix: number): AddressRange {
  const bits = address.length * 8;
  const size = 1n << BigInt(bits - prefix);
  const first = (numberOf(address) / size) * size;
  const bytes = address.map((_, i) => Number((first >> BigInt(bits - 8 * (i + 1))) & 255n));
  const network = ipaddr.fromByteArray(bytes).toString(); // RFC 5952 for IPv6
  return {
    family: bits === 32 ? 4 : 6,
    first,
    last: first + size - 1n,
    text: prefix === bits ? network : `${network}/${prefix}`,
  };
}

function numberOf(bytes: readonly number[]): bigint {
  return bytes.reduce((number, byte) => number * 256n + BigInt(byte), 0n);
}

/** CIDR ranges never overlap in part: one lies inside the other, or they are apart. */
function isInside(range: AddressRange, wider: AddressRange | undefined): boolean {
  return (
    wider !== undefined &&
    wider.text !== range.text &&
    wider.family === range.family &&
    wider.first <= range.first &&
    wider.last >= range.last
  );
}
