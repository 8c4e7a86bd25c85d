import { BlockList } from "node:net";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { canonicalAddress, checkAddresses, covers, parseAddress, type AddressEntry } from "../provider/addresses";

const seed = Number(process.env.SEED ?? Date.now() % 2 ** 31);

const codes = (text: string) => parseAddress(text).findings.map(({ code }) => code);

describe("one text", () => {
  test.each([
    ["192.0.2.7", "192.0.2.7"],
    ["192.0.2.7/32", "192.0.2.7"],
    ["192.0.2.0/24", "192.0.2.0/24"],
    ["0.0.0.1", "0.0.0.1"],
    ["255.255.255.255", "255.255.255.255"],
    ["203.0.113.128/25", "203.0.113.128/25"],
  ])("%s is understood as %s, with nothing to say of it", (text, wanted) => {
    const { range, findings } = parseAddress(text);
    expect(range?.text).toBe(wanted);
    expect(findings).toEqual([]);
  });

  test("a range knows its first and last address", () => {
    expect(parseAddress("192.0.2.0/24").range).toEqual({
      family: 4,
      first: 0xc0000200n,
      last: 0xc00002ffn,
      text: "192.0.2.0/24",
    });
  });

  test.each([
    ["", "address-syntax"],
    [" 192.0.2.7", "address-syntax"],
    ["192.0.2.7 ", "address-syntax"],
    ["192.0.2.256", "address-syntax"],
    ["192.0.2.0.1", "address-syntax"],
    ["192.0.2.-1", "address-syntax"],
    ["192.0.2.1-192.0.2.9", "address-syntax"],
    ["192.0.2.*", "address-syntax"],
    ["192.0.2.7:443", "address-syntax"],
    ["https://192.0.2.7", "address-syntax"],
    ["[2001:db8::1]", "address-syntax"],
    ["2001:db8::1::2", "address-syntax"],
    ["192.0.2.0/24/24", "address-syntax"],
    ["office.example.com", "address-syntax"],
    ["１９２.0.2.7", "address-syntax"],
    ["/24", "address-syntax"],
    ["192.0.2.010", "address-leading-zero"],
    ["192.0.2.08", "address-leading-zero"],
    ["0100.0.2.7", "address-leading-zero"],
    ["0300.0.2.7", "address-leading-zero"],
    ["192.0.02.0/24", "address-leading-zero"],
    ["::ffff:192.0.2.010", "address-leading-zero"],
    ["192.0.2", "address-short-form"],
    ["192.0/16", "address-short-form"],
    ["10", "address-short-form"],
    ["3221225991", "address-short-form"],
    ["0xc0000207", "address-short-form"],
    ["0xc0.0.2.7", "address-short-form"],
    ["fe80::1%eth0", "address-zone"],
    ["192.0.2.0/33", "address-prefix-length"],
    ["192.0.2.0/", "address-prefix-length"],
    ["192.0.2.0/024", "address-prefix-length"],
    ["192.0.2.0/-1", "address-prefix-length"],
    ["192.0.2.0/24 ", "address-prefix-length"],
    ["192.0.2.0/255.255.255.0", "address-prefix-length"],
    ["2001:db8::/129", "address-prefix-length"],
  ])("%j is refused: %s", (text, code) => {
    const { range, findings } = parseAddress(text);
    expect(range).toBeUndefined();
    expect(findings).toEqual([{ code, text }]);
    expect(canonicalAddress(text)).toBe(text);
  });

  test.each([
    ["192.0.2.7/24", "192.0.2.0/24"],
    ["192.0.2.129/25", "192.0.2.128/25"],
    ["2001:db8::1/32", "2001:db8::/32"],
    ["::ffff:192.0.2.7/120", "192.0.2.0/24"],
    ["::ffff:0:0/64", "::/64"],
  ])("host bits in %s are reported, never dropped", (text, wants) => {
    expect(parseAddress(text)).toEqual({ findings: [{ code: "address-host-bits", text, wants }] });
    expect(canonicalAddress(text)).toBe(text);
  });

  test.each([
    ["2001:DB8:0:0::0001", "2001:db8::1"],
    ["2001:db8::/32", "2001:db8::/32"],
    ["2001:db8::1/128", "2001:db8::1"],
    ["2001:db8::192.0.2.7", "2001:db8::c000:207"],
    ["::192.0.2.7", "::c000:207"],
  ])("IPv6 %s is understood as %s, and flagged", (text, wanted) => {
    expect(canonicalAddress(text)).toBe(wanted);
    expect(codes(text)).toEqual(["address-ipv6"]);
  });

  test.each([
    ["::ffff:192.0.2.7", "192.0.2.7"],
    ["::ffff:c000:207", "192.0.2.7"],
    ["0:0:0:0:0:FFFF:192.0.2.0/120", "192.0.2.0/24"],
  ])("IPv4-mapped %s is the IPv4 range %s", (text, wants) => {
    const { range, findings } = parseAddress(text);
    expect(range).toEqual(parseAddress(wants).range);
    expect(findings).toEqual([{ code: "address-ipv4-mapped", text, wants }]);
  });

  test("a range of everything is flagged, in every dress", () => {
    expect(codes("0.0.0.0/0")).toEqual(["address-everything"]);
    expect(codes("::/0")).toEqual(["address-ipv6", "address-everything"]);
    expect(codes("::ffff:0:0/96")).toEqual(["address-ipv4-mapped", "address-everything"]);
    expect(codes("0.0.0.0/1")).toEqual([]);
    expect(codes("0.0.0.0")).toEqual([]);
  });
});

describe("who a list lets in", () => {
  const office = ["192.0.2.0/25", "192.0.2.128/26", "198.51.100.7"];

  test.each([
    ["192.0.2.1", true],
    ["::ffff:192.0.2.1", true],
    ["192.0.2.191", true],
    ["192.0.2.192", false],
    ["198.51.100.7/32", true],
    ["198.51.100.6/31", false],
    ["2001:db8::1", false],
  ])("%s: %s", (address, wanted) => {
    expect(covers(office, address)).toBe(wanted);
  });

  test("a range needs all of it covered, which several entries can do together", () => {
    expect(covers(office, "192.0.2.0/24")).toBe(false);
    expect(covers([...office, "192.0.2.192/26"], "192.0.2.0/24")).toBe(true);
    expect(covers(["192.0.2.128/25", "192.0.2.0/25"], "192.0.2.0/24")).toBe(true);
  });

  test("an empty list covers nothing", () => {
    expect(covers([], "192.0.2.1")).toBe(false);
  });

  test("IPv6 ranges do not let IPv4 in", () => {
    expect(covers(["::/0"], "192.0.2.1")).toBe(false);
    expect(covers(["0.0.0.0/0"], "2001:db8::1")).toBe(false);
  });

  test("what is not understood counts on neither side", () => {
    expect(covers(["192.0.2.7/24", "192.0.2", "192.0.2.010"], "192.0.2.7")).toBe(false);
    expect(covers(["0.0.0.0/0"], "192.0.2.7/24")).toBe(false);
  });

  test("an entry for one application lets only that one in", () => {
    const list: AddressEntry[] = [
      { ip: "192.0.2.0/24", application: "ci" },
      { ip: "198.51.100.7", application: null },
    ];
    expect(covers(list, "192.0.2.7")).toBe(false);
    expect(covers(list, "192.0.2.7", "ci")).toBe(true);
    expect(covers(list, "192.0.2.7", "backup")).toBe(false);
    expect(covers(list, "198.51.100.7")).toBe(true);
    expect(covers(list, "198.51.100.7", "ci")).toBe(true);
  });
});

describe("a whole list", () => {
  test("a list without fault has no findings", () => {
    expect(checkAddresses(["192.0.2.0/25", "192.0.2.128/25", "198.51.100.7"])).toEqual([]);
  });

  test("findings of an entry carry its place", () => {
    expect(checkAddresses(["192.0.2.7", "192.0.2", "198.51.100.7/24"])).toEqual([
      { code: "address-short-form", text: "192.0.2", index: 1 },
      { code: "address-host-bits", text: "198.51.100.7/24", wants: "198.51.100.0/24", index: 2 },
    ]);
  });

  test("the later of two that mean the same is the duplicate", () => {
    expect(checkAddresses(["192.0.2.7/32", "198.51.100.7", "192.0.2.7"])).toEqual([
      { code: "address-duplicate", text: "192.0.2.7", index: 2, other: 0 },
    ]);
    expect(checkAddresses(["192.0.2.7", "::ffff:192.0.2.7"])).toEqual([
      { code: "address-ipv4-mapped", text: "::ffff:192.0.2.7", wants: "192.0.2.7", index: 1 },
      { code: "address-duplicate", text: "::ffff:192.0.2.7", index: 1, other: 0 },
    ]);
  });

  test("the narrower of two is the overlap, wherever it stands", () => {
    expect(checkAddresses(["192.0.2.7", "192.0.2.0/24"])).toEqual([
      { code: "address-overlap", text: "192.0.2.7", index: 0, other: 1 },
    ]);
    expect(checkAddresses(["192.0.2.0/24", "192.0.2.64/26"])).toEqual([
      { code: "address-overlap", text: "192.0.2.64/26", index: 1, other: 0 },
    ]);
  });

  test("IPv6 is no wider IPv4", () => {
    expect(checkAddresses(["192.0.2.7", "::/96"])).toEqual([{ code: "address-ipv6", text: "::/96", index: 1 }]);
  });

  test("an entry for an application is needless beside one for all, and only then", () => {
    const all = "192.0.2.0/24";
    const ci = { ip: "192.0.2.0/24", application: "ci" };
    const backup = { ip: "192.0.2.0/24", application: "backup" };
    expect(checkAddresses([ci, backup])).toEqual([]);
    expect(checkAddresses([ci, all])).toEqual([{ code: "address-duplicate", text: ci.ip, index: 0, other: 1 }]);
    expect(checkAddresses([ci, ci])).toEqual([{ code: "address-duplicate", text: ci.ip, index: 1, other: 0 }]);
    expect(checkAddresses([ci, "192.0.2.7"])).toEqual([]);
    expect(checkAddresses([all, { ip: "192.0.2.7", application: "ci" }])).toEqual([
      { code: "address-overlap", text: "192.0.2.7", index: 1, other: 0 },
    ]);
  });

  test("halves that make everything together are flagged where they do", () => {
    expect(checkAddresses(["0.0.0.0/1", "192.0.2.7", "128.0.0.0/1"])).toEqual([
      { code: "address-overlap", text: "192.0.2.7", index: 1, other: 2 },
      { code: "address-everything", text: "128.0.0.0/1", index: 2 },
    ]);
    expect(checkAddresses(["0.0.0.0/0"])).toEqual([{ code: "address-everything", text: "0.0.0.0/0", index: 0 }]);
  });
});

// Run again with SEED=<n>.
describe(`properties, seed ${seed}`, () => {
  const ipv4 = fc.ipV4();
  const ipv6 = fc.ipV6().filter((text) => !codes(text).includes("address-ipv4-mapped"));
  /** Ranges with a prefix length that suits them, from a space small enough to overlap often. */
  const range = fc
    .tuple(fc.nat(255), fc.integer({ min: 24, max: 32 }))
    .map(([host, prefix]) => `192.0.2.${host - (host % 2 ** (32 - prefix))}/${prefix}`);
  const assert = <T>(property: fc.IRawProperty<T>) => fc.assert(property as fc.IProperty<T>, { seed });

  test("every IPv4 address is canonical as it is", () => {
    assert(fc.property(ipv4, (text) => canonicalAddress(text) === text && codes(text).length === 0));
  });

  test("canonical IPv6 is what a URL makes of it", () => {
    assert(
      fc.property(ipv6, (text) => {
        expect(`[${canonicalAddress(text)}]`).toBe(new URL(`http://[${text}]/`).hostname);
      }),
    );
  });

  test("the canonical text means the same range, and is its own canonical text", () => {
    assert(
      fc.property(fc.oneof(ipv4, ipv6, range), (text) => {
        const wanted = parseAddress(text).range;
        expect(wanted).toBeDefined();
        expect(parseAddress(canonicalAddress(text)).range).toEqual(wanted);
      }),
    );
  });

  test("no text at all makes it throw, and there is a range or a finding", () => {
    const alike = fc.string({ unit: fc.constantFrom(..."0127af:./%x "), maxLength: 24 });
    assert(
      fc.property(fc.oneof(fc.string(), alike), (text) => {
        const { range, findings } = parseAddress(text);
        expect(range !== undefined || findings.length === 1).toBe(true);
      }),
    );
  });

  test("a list lets in exactly whom Node's own block list matches", () => {
    assert(
      fc.property(fc.array(range, { maxLength: 6 }), fc.nat(255), (list, host) => {
        const reference = new BlockList();
        for (const text of list) reference.addSubnet(text.split("/")[0]!, Number(text.split("/")[1]));
        expect(covers(list, `192.0.2.${host}`)).toBe(reference.check(`192.0.2.${host}`));
      }),
    );
  });

  test("a range is covered exactly when each of its addresses is", () => {
    assert(
      fc.property(fc.array(range, { maxLength: 6 }), range, (list, asked) => {
        const { first, last } = parseAddress(asked).range!;
        const start = Number(first & 255n);
        const hosts = Array.from({ length: Number(last - first) + 1 }, (_, i) => `192.0.2.${start + i}`);
        expect(covers(list, asked)).toBe(hosts.every((host) => covers(list, host)));
      }),
    );
  });

  test("without the needless entries a list lets the same addresses in", () => {
    assert(
      fc.property(fc.array(range, { maxLength: 8 }), (list) => {
        const needless = checkAddresses(list).filter((finding) => "other" in finding);
        const kept = list.filter((_, place) => !needless.some(({ index }) => index === place));
        expect(kept.every((text) => covers(list, text))).toBe(true);
        expect(list.every((text) => covers(kept, text))).toBe(true);
        expect(checkAddresses(kept)).toEqual([]);
      }),
    );
  });
});
