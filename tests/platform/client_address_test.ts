import assert from "node:assert/strict";
import {
  addressGroup,
  findClientAddress,
  isLoopback,
  NOBODY,
  parseTrustedProxies,
} from "../../src/platform/client_address.ts";

const TRUSTED = "10.0.0.0/8, 192.168.1.7,fd00::/8,::1";

/** Peer, X-Forwarded-For, and who is taken for the client. */
const WALKS: [string, string, string, string][] = [
  ["a direct client", "203.0.113.9", "", "203.0.113.9"],
  ["a direct client that forges the header", "203.0.113.9", "198.51.100.1, 10.0.0.1", "203.0.113.9"],
  ["a client behind a proxy", "10.0.0.1", "203.0.113.9", "203.0.113.9"],
  ["a client behind a proxy that forged an entry", "10.0.0.1", "198.51.100.1, 203.0.113.9", "203.0.113.9"],
  ["a client behind a proxy that forged a trusted entry", "10.0.0.1", "10.9.9.9, 203.0.113.9", "203.0.113.9"],
  ["a client behind two proxies", "10.0.0.1", "203.0.113.9,192.168.1.7", "203.0.113.9"],
  ["a neighbour of a trusted address", "192.168.1.8", "203.0.113.9", "192.168.1.8"],
  ["a proxy itself", "10.0.0.1", "", "10.0.0.1"],
  ["a proxy whose clients are all proxies", "10.0.0.1", "10.0.0.3, 10.0.0.2", "10.0.0.3"],
  ["garbage right of the client", "10.0.0.1", "203.0.113.9, nonsense", "10.0.0.1"],
  ["garbage left of the client", "10.0.0.1", "nonsense, 203.0.113.9", "203.0.113.9"],
  ["garbage left of a second proxy", "10.0.0.1", "203.0.113.9, unknown, 10.0.0.2", "10.0.0.2"],
  ["an empty entry", "10.0.0.1", "203.0.113.9,", "10.0.0.1"],
  ["an entry with a port", "10.0.0.1", "203.0.113.9:51234", "203.0.113.9"],
  ["an IPv6 entry with brackets and port", "10.0.0.1", "[2001:DB8::1]:443", "2001:db8::1"],
  ["an IPv6 entry without", "::1", "2001:db8:0:0::1", "2001:db8::1"],
  ["an IPv6 proxy", "fd12::5", "203.0.113.9", "203.0.113.9"],
  ["a trusted IPv4 proxy on an IPv6 socket", "::ffff:10.0.0.1", "203.0.113.9", "203.0.113.9"],
  ["a mapped entry", "10.0.0.1", "::ffff:203.0.113.9", "203.0.113.9"],
  ["a mapped entry in hexadecimal", "10.0.0.1", "::ffff:cb00:7109", "203.0.113.9"],
  ["an address with a zone", "fe80::1%eth0", "", "fe80::1"],
  ["an octal entry", "10.0.0.1", "010.1.1.1", "10.0.0.1"],
  ["no socket", "", "203.0.113.9", "unknown"],
];

for (const [who, peer, forwarded, address] of WALKS) {
  Deno.test(`findClientAddress() takes ${who} for ${address}`, () => {
    const trusted = parseTrustedProxies(TRUSTED);
    assert.equal(findClientAddress({ peer, forwarded, trusted }), address);
  });
}

Deno.test("findClientAddress() believes nobody when nobody is trusted", () => {
  const trusted = NOBODY;
  assert.equal(findClientAddress({ peer: "127.0.0.1", forwarded: "203.0.113.9", trusted }), "127.0.0.1");
});

for (
  const entry of ["proxy.example", "10.0.0.0/33", "::/129", "10.0.0", "10.0.0.1/", "10.0.0.1/8/8", "", "/8"]
) {
  Deno.test(`parseTrustedProxies() refuses ${JSON.stringify(entry)}, naming it`, () => {
    assert.throws(() => parseTrustedProxies(`10.0.0.1,${entry}`), (error) => {
      assert.ok(error instanceof TypeError && error.message.startsWith(JSON.stringify(entry)));
      return true;
    });
  });
}

Deno.test("addressGroup() keeps IPv4 whole and 64 bits of IPv6", () => {
  const groups = [
    "203.0.113.9",
    "2001:db8:1:2:3:4:5:6",
    "2001:db8:1:2::9",
    "2001:db8:1:3::9",
    "::1",
    "unknown",
  ];
  assert.deepEqual(groups.map(addressGroup), [
    "203.0.113.9",
    "2001:db8:1:2::/64",
    "2001:db8:1:2::/64",
    "2001:db8:1:3::/64",
    "0:0:0:0::/64",
    "unknown",
  ]);
});

Deno.test("isLoopback() knows this machine from others", () => {
  const all = ["127.0.0.1", "127.9.9.9", "::1", "128.0.0.1", "::2", "unknown"];
  assert.deepEqual(all.map(isLoopback), [true, true, true, false, false, false]);
});
