import type { AddressEnv } from "../client_address.ts";

/** What a caller may do. */
export type Scope = "read" | "write";

/** What a caller showed to say who he is; what a logout ends. */
export type Credential =
  /** A token of an outside issuer. */
  | { kind: "jwt" }
  /** A token of this service. */
  | { kind: "api_token"; id: string }
  /** The cookie of a browser's session. */
  | { kind: "session"; id: string };

/** Who makes a request. */
export interface Caller {
  user_id: string;
  is_active: boolean;
  scopes: readonly Scope[];
  /** An issuer says that he administers this service; never so by a token of this service. */
  is_admin: boolean;
  credential: Credential;
}

/** What the API's handlers know of a request beside the request. */
export interface ApiEnv extends AddressEnv {
  Variables: AddressEnv["Variables"] & {
    requestId: string;
    /** Absent where nobody has to say who he is, and on the way to the check. */
    caller?: Caller;
  };
}
