/** Registering, logging in, passwords, sessions and tokens. */
import { aLinkOf, aSessionOf, aTokenOf } from "../support/rows.ts";
import type { Entries } from "./entry.ts";

const NEW_PASSWORD = "quite another battery";
const NO_TOKEN = [{ body: { token: "" } }, { body: { token: null } }];

export const accountEntries: Entries = {
  register: {
    valid: ({ marker }) => ({
      body: { email: `${crypto.randomUUID()}@example.com`, password: NEW_PASSWORD, display_name: marker },
    }),
    refused: [
      { body: { email: "ada", password: NEW_PASSWORD } },
      { body: { email: "ada@example.com", password: "short" } },
      { body: { email: "ada@example.com", password: NEW_PASSWORD, display_name: "" } },
    ],
  },
  login: {
    valid: ({ email, password }) => ({
      body: { email, password, return_to: null, handoff: null, state: null, nonce: null, expires_at: null },
    }),
    refused: [{ body: { email: "ada@example.com" } }, { body: { email: 3, password: "x" } }],
  },
  forgotPassword: {
    valid: ({ email }) => ({ body: { email } }),
    refused: [{ body: {} }, { body: { email: "ada" } }],
  },
  showVerifyEmail: {
    valid: () => ({ query: { token: "x" } }),
    refused: [{ query: { token: "x".repeat(201) } }],
  },
  verifyEmail: {
    valid: async (who) => {
      const token = await aLinkOf(who, "verify-email", () => who.client.get("/api/me"));
      return { body: { token } };
    },
    refused: NO_TOKEN,
    usesUp: true,
  },
  showResetPassword: {
    valid: () => ({ query: { token: "x" } }),
    refused: [{ query: { token: "x".repeat(201) } }],
  },
  resetPassword: {
    valid: async (who) => {
      const { email } = who;
      const token = await aLinkOf(
        who,
        "reset-password",
        () => who.client.post("/api/auth/forgot-password", { email }),
      );
      return { form: { token, password: NEW_PASSWORD } };
    },
    refused: [...NO_TOKEN, { form: { token: "x", password: "short" } }],
    usesUp: true,
    ends: true,
  },
  resendVerification: { valid: () => ({}) },
  listSessions: {
    valid: async (who) => {
      await who.logIn();
      await who.logIn();
      return {};
    },
  },
  endOtherSessions: { valid: () => ({}) },
  endSession: { valid: async (who) => ({ params: { id: await aSessionOf(who) } }), usesUp: true },
  listApiTokens: {
    valid: async (who) => {
      await aTokenOf(who);
      await aTokenOf(who);
      return {};
    },
  },
  createApiToken: {
    valid: ({ marker }) => ({
      body: { name: `Token of ${marker}`, scopes: ["read", "write"], expires_at: null },
    }),
    refused: [
      { body: { name: "x", scopes: [] } },
      { body: { name: "x", scopes: ["admin"] } },
      { body: { name: "x", scopes: ["read"], expires_at: "2020-01-01T00:00:00Z" } },
      { body: { name: "x", scopes: ["read"], expires_at: "tomorrow" } },
    ],
  },
  revokeApiToken: { valid: async (who) => ({ params: { id: await aTokenOf(who) } }), usesUp: true },
  changePassword: {
    valid: ({ password }) => ({ body: { current_password: password, new_password: NEW_PASSWORD } }),
    refused: [
      { body: { current_password: "not mine at all", new_password: NEW_PASSWORD } },
      { body: { current_password: "x", new_password: "short" } },
    ],
    usesUp: true,
  },
};
