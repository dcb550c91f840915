import assert from "node:assert/strict";
import { hasAdminClaim } from "../../src/accounts/jwt_claims.ts";
import { startIdentityProvider } from "../support/identity_provider.ts";
import { withService } from "../support/service.ts";

const ADMINS: Record<string, unknown>[] = [
  { role: "admin" },
  { role: "service_role" },
  { user_role: "admin" },
  { user_role: "service_role" },
  { app_metadata: { role: "admin" } },
  { app_metadata: { roles: ["editor", "admin"] } },
  { app_metadata: { roles: "admin" } },
  { scope: "openid provider_requests:read_all" },
  { scope: "openid admin" },
  { scp: ["admin"] },
  { permission: "admin" },
  { permissions: ["read", "provider_requests:read_all"] },
];

const NOT_ADMINS: Record<string, unknown>[] = [
  {},
  { role: "authenticated" },
  { role: ["admin"] },
  { role: "Admin" },
  { user_metadata: { role: "admin" } },
  { app_metadata: { role: "service_role" } },
  { app_metadata: { roles: ["administrator"] } },
  { app_metadata: { name: "admin" } },
  { app_metadata: ["admin"] },
  { app_metadata: null },
  { scope: "openid profile administrator" },
  { permissions: [{ name: "admin" }, 3, null] },
  { sub: "admin", name: "admin" },
];

for (
  const [claims, expected] of [
    ...ADMINS.map((one) => [one, true] as const),
    ...NOT_ADMINS.map((one) => [one, false] as const),
  ]
) {
  Deno.test(`hasAdminClaim() says ${expected} for ${JSON.stringify(claims)}`, () => {
    assert.equal(hasAdminClaim(claims), expected);
  });
}

Deno.test("authenticate() says of a JWT's caller whether the issuer made him an administrator, and never of an API token's", async () => {
  const { authenticate } = await import("../../src/accounts/authenticate.ts");
  await using idp = await startIdentityProvider();
  await withService(async ({ deps, client }) => {
    const isAdmin = async (token: string) => {
      const credentials = { authorization: `Bearer ${token}`, cookie: null };
      return (await authenticate(deps, credentials)).caller.is_admin;
    };
    assert.equal(await isAdmin(await idp.token("ada", { claims: { role: "admin" } })), true);
    assert.equal(await isAdmin(await idp.token("ada")), false);
    assert.equal(await isAdmin((await client("bob")).token), false);
  }, idp.env);
});
