/** The API's types, made by `deno task client` from docs/openapi.json: not written by hand. */
export interface paths {
    "/api/auth/forgot-password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Ask for the mail by which a new password can be chosen
         * @description Answers the same for every address.
         */
        post: operations["forgotPassword"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/login": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Log a browser in
         * @description Sets the cookie of the session. Guessing is slowed, without keeping the owner's browsers out.
         */
        post: operations["login"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/register": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Make an account
         * @description Answers the same, in the same time, for an address that has an account: its owner gets a mail.
         */
        post: operations["register"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/reset-password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Ask for a new password (the link in a mail)
         * @description Changes nothing and does not look at the token.
         */
        get: operations["showResetPassword"];
        put?: never;
        /**
         * Choose a new password with the token of a link
         * @description Ends all sessions. Does not log in.
         */
        post: operations["resetPassword"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/verify-email": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Ask whether to confirm an address (the link in a mail)
         * @description Changes nothing and does not look at the token: mail scanners open every link.
         */
        get: operations["showVerifyEmail"];
        put?: never;
        /** Confirm an address with the token of a link */
        post: operations["verifyEmail"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/verify-email/resend": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Ask once more for the mail that confirms your address */
        post: operations["resendVerification"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/dev/listings/ingest": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send listings as if a marketplace had named them (development)
         * @description One listing answers one result, a list answers a list.
         */
        post: operations["ingestDevListings"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/dev/rules/{id}/run": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Run a rule's searches now (development) */
        post: operations["runDevRule"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/dev/token": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Get a token for any address (development)
         * @description Makes the account when the address has none.
         */
        post: operations["issueDevToken"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read everything that happened to you, newest first */
        get: operations["listEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/integrations/discogs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Have your lists read again by themselves, or no more
         * @description Absent is unchanged. Their ends are told only where something failed, and that ends it.
         */
        patch: operations["updateDiscogsConnection"];
        trace?: never;
    };
    "/api/integrations/discogs/connect": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Link your account at Discogs
         * @description In the place of the one that was linked.
         */
        post: operations["connectDiscogs"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/integrations/discogs/disconnect": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Forget your account at Discogs, its token and its lists; again changes nothing */
        post: operations["disconnectDiscogs"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/integrations/discogs/import": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Import your wantlist, your collection, both, or a list
         * @description Page by page, in the background. While one of the same scope runs, that one is answered.
         */
        post: operations["startDiscogsImport"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/integrations/discogs/import/{job_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** See how far an import is */
        get: operations["getDiscogsImport"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/integrations/discogs/import/csv": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Import a wantlist or a collection from the file that Discogs exports
         * @description CSV, as Discogs exports it or a spreadsheet saves it, at most 10000 rows; no account has to be linked. Releases that it does not hold stay as they are. While the same file is imported already, that import is answered.
         */
        post: operations["importDiscogsFile"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/integrations/discogs/imported-items": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List what your lists at Discogs hold */
        get: operations["listImportedItems"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/integrations/discogs/imported-items/{watch_release_id}/open-in-discogs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Find where an imported release is at Discogs */
        get: operations["openImportedItem"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/integrations/discogs/oauth/callback": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Link the account with what Discogs led the browser back with
         * @description In the place of the one that was linked.
         */
        post: operations["finishDiscogsLink"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/integrations/discogs/oauth/return": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Where Discogs leads a browser back to: links the account of whoever is logged in
         * @description As the callback. A browser that is not logged in may open it again once it is.
         */
        get: operations["returnFromDiscogs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/integrations/discogs/oauth/start": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Begin to link your account at Discogs
         * @description Open authorize_url in the user's browser. Good for 15 minutes.
         */
        post: operations["startDiscogsLink"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/integrations/discogs/status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** See whether your account at Discogs is linked */
        get: operations["getDiscogsConnection"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/listings/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read what was seen of an offer, a release or a floor price */
        get: operations["getListing"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/listings/{id}/price-history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List what a listing cost, newest first
         * @description A row for every change. As far back as the provider's terms allow: six hours for eBay and Discogs.
         */
        get: operations["listPricesOfListing"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read your profile */
        get: operations["getProfile"];
        put?: never;
        post?: never;
        /**
         * Switch your account off
         * @description Rules and watches stop, sessions end, nothing leaves any more; nothing is deleted. An operator can switch it on again.
         */
        delete: operations["deactivateAccount"];
        options?: never;
        head?: never;
        /**
         * Change your profile and preferences
         * @description Absent is unchanged, null clears. Messages that have not left yet are planned anew.
         */
        patch: operations["updateProfile"];
        trace?: never;
    };
    "/api/me/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Take everything that is kept of you with you
         * @description One JSON document as of one moment, to be saved as a file. It comes as fast as it is read; one that breaks off is not complete.
         */
        get: operations["exportAccount"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/me/hard-delete": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Delete your account for good
         * @description Also a deactivated one. Everything of it is gone, and again answers 404.
         */
        delete: operations["deleteAccount"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/me/logout": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Log out
         * @description Ends what you show to be let in: the session and its cookie, or the API token. All tokens of your issuer that were issued until now end too.
         */
        post: operations["logOut"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/me/password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Change your password
         * @description Ends all other sessions.
         */
        post: operations["changePassword"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/me/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the browsers that are logged in */
        get: operations["listSessions"];
        put?: never;
        post?: never;
        /**
         * Log all other browsers out
         * @description All of them, where the request is not made by one.
         */
        delete: operations["endOtherSessions"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/me/sessions/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Log one browser out */
        delete: operations["endSession"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/me/tokens": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List your API tokens */
        get: operations["listApiTokens"];
        put?: never;
        /**
         * Make an API token
         * @description Its text is shown once. A token makes no token with scopes it has not. Idempotency-Key is not honoured: the text would have to be kept.
         */
        post: operations["createApiToken"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/me/tokens/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Revoke an API token */
        delete: operations["revokeApiToken"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/messages/{token}/{delivery}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read a mail on the web */
        get: operations["showMessage"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/notifications": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List your inbox, newest first */
        get: operations["listNotifications"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/notifications/{id}/deliveries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** See what became of an alert on each channel */
        get: operations["listDeliveriesOfNotification"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/notifications/{id}/read": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Mark as read; again changes nothing */
        post: operations["readNotification"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/notifications/unread-count": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Count what you have not read */
        get: operations["countUnreadNotifications"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/outbound/ebay/{listing_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Go to an offer on eBay
         * @description A link in a page or a mail carries no credential; one that comes is noted with the click. Where the operator has an affiliate campaign the link is one of it: clients have to say so beside it.
         */
        get: operations["followEbayLink"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/provider-requests": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the calls to providers that were made for you, newest first
         * @description Calls of the searches that you shared at that time, and your own. Kept for 30 days, or as the operator chose.
         */
        get: operations["listProviderRequests"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/provider-requests/admin": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List all calls to providers, newest first */
        get: operations["listAllProviderRequests"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/provider-requests/admin/summary": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Count all calls to providers */
        get: operations["sumAllProviderRequests"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/provider-requests/summary": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Count the calls to providers that were made for you */
        get: operations["sumProviderRequests"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/providers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List marketplaces, shops and feeds: what they can do, their terms and their health
         * @description Those you may know of, disabled ones too. The counts of searches are of yours alone.
         */
        get: operations["listProviders"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/search": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Search all marketplaces now
         * @description All are asked at the same time. One that fails is named in provider_errors, and the hits of the others are shown. What is found is stored, and alerts everybody who watches for it.
         */
        post: operations["searchOffers"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/search/save-alert": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Watch a search
         * @description Makes a rule of it: providers become its sources. The page is left behind.
         */
        post: operations["saveSearchAlert"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/sources": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the sources you added, newest first */
        get: operations["listSources"];
        put?: never;
        /**
         * Add a shop, a feed or a seller by its address
         * @description The address is asked at once: what it is, and what is on its first page. A rule names it by its provider; a new rule that names no sources watches it too.
         */
        post: operations["addSource"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/sources/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read a source */
        get: operations["getSource"];
        put?: never;
        post?: never;
        /** Remove a source */
        delete: operations["removeSource"];
        options?: never;
        head?: never;
        /** Change a source's name, or how it is read */
        patch: operations["updateSource"];
        trace?: never;
    };
    "/api/stream/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Follow your inbox as it grows (server-sent events)
         * @description `event: notification`, `id:` the sequence number, `data:` a StreamMessage as JSON. The header Last-Event-ID, or `after`, replays what came since. It ends with the session or token that opened it.
         */
        get: operations["streamEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/unsubscribe/{token}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Ask whether to unsubscribe (the link in every mail)
         * @description Changes nothing. A page for browsers, JSON for others.
         */
        get: operations["showUnsubscribe"];
        put?: never;
        /** Switch off the channel of a mail (RFC 8058 one-click) */
        post: operations["unsubscribe"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/watch-releases": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List your watched releases, newest first */
        get: operations["listWatchReleases"];
        put?: never;
        /** Watch a release of Discogs, or any version of a master */
        post: operations["createWatchRelease"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/watch-releases/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read a watched release */
        get: operations["getWatchRelease"];
        put?: never;
        post?: never;
        /** Stop watching a release */
        delete: operations["stopWatchRelease"];
        options?: never;
        head?: never;
        /**
         * Change a watched release
         * @description Absent is unchanged, null clears.
         */
        patch: operations["updateWatchRelease"];
        trace?: never;
    };
    "/api/watch-rules": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List your rules, newest first */
        get: operations["listWatchRules"];
        put?: never;
        /**
         * Save a rule
         * @description It is searched for at once and from then on. What is stored already is matched in the background: see backfill.
         */
        post: operations["createWatchRule"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/watch-rules/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read a rule */
        get: operations["getWatchRule"];
        put?: never;
        post?: never;
        /** Stop a rule (as disable) */
        delete: operations["stopWatchRule"];
        options?: never;
        head?: never;
        /**
         * Change a rule
         * @description Absent is unchanged. A query is replaced whole; without sources it keeps those it had. A changed query begins anew.
         */
        patch: operations["updateWatchRule"];
        trace?: never;
    };
    "/api/watch-rules/{id}/disable": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Stop a rule */
        post: operations["disableWatchRule"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/watch-rules/{id}/hard": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Remove a rule */
        delete: operations["deleteWatchRule"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/watch-rules/{id}/run": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Search for a rule now
         * @description Once a minute for each rule; its planned searches go on as they are.
         */
        post: operations["runWatchRule"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/webhooks/ebay/account-deletion": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Prove to eBay that this address takes its notices */
        get: operations["answerEbayChallenge"];
        put?: never;
        /**
         * Take a notice of eBay that an account was closed
         * @description Header x-ebay-signature: eBay's signature of the body. The seller's name and place are deleted everywhere; a notice that comes again changes nothing.
         */
        post: operations["receiveEbayAccountDeletion"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/docs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Browse this description */
        get: operations["showDocs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/docs/{asset}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Load a part of the page */
        get: operations["getDocsAsset"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/healthz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The process answers */
        get: operations["getHealth"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Counters and measures of this process for Prometheus
         * @description Needs METRICS_TOKEN as Bearer where it is configured; elsewhere this machine alone is answered.
         */
        get: operations["getMetrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/openapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read this description (OpenAPI 3.1) */
        get: operations["getApiDocument"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/readyz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The process can work, or why not */
        get: operations["getReadiness"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description The account is switched off, and nothing is deleted */
        AccountDeactivated: {
            /** Format: date-time */
            deactivated_at: string;
            /** @constant */
            success: true;
        };
        /** @description Everything of the account is gone */
        AccountDeleted: {
            /** Format: date-time */
            deleted_at: string;
            /** @constant */
            success: true;
        };
        AddedSource: {
            /** @description Of shops: where the artist stands */
            artist_from: ("vendor" | "title_quote" | "title_dash") | null;
            /** Format: date-time */
            created_at: string;
            /** @description Of prices that name none; null: such prices are unknown */
            currency: string | null;
            /** @description Records on its first page */
            found: number;
            /** Format: uuid */
            id: string;
            /** @enum {string} */
            kind: "shopify" | "feed" | "discogs_seller";
            last_error: string | null;
            last_error_at: string | null;
            last_success_at: string | null;
            name: string;
            /** @description Feeds that the page at the address names beside the one taken, which is url; each can be added */
            other_feeds: {
                title: string | null;
                url: string;
            }[];
            /** @description The first of them, as rules will see them */
            preview: {
                currency: string | null;
                price: number | null;
                title: string;
                url: string | null;
            }[];
            /**
             * @description What a rule names it by, in its sources
             * @example shopify:shop.example
             */
            provider: string;
            /**
             * @description new: not asked yet, because no rule names it
             * @enum {string}
             */
            state: "new" | "ok" | "failing";
            /** Format: date-time */
            updated_at: string;
            /** @description As it is asked; of a private feed it is a key, shown to you alone; of a feed that was shared its host alone */
            url: string;
        };
        /** @description A shop, a feed or a seller to be watched */
        AddSource: {
            /** @description Of shops; absent: as most of its products have it */
            artist_from?: ("vendor" | "title_quote" | "title_dash") | null;
            /** @description Of prices that name none; absent: as far as the source tells */
            currency?: string | null;
            /** @description Absent: what the source calls itself */
            name?: string | null;
            /** @example https://shop.example/collections/vinyl */
            url: string;
        };
        /** @description One call to a provider, with whose it was */
        AdminProviderRequest: {
            /**
             * Format: date-time
             * @description When the call was made
             */
            created_at: string;
            duration_ms: number;
            /** @description Null: no error */
            error: string | null;
            /** Format: uuid */
            id: string;
            method: string;
            /** @description What was asked: search, token, … */
            operation: string;
            provider: string;
            /** @description Null: no answer arrived */
            status_code: number | null;
            /** @description Secrets in it read redacted */
            url: string;
            /** @description For whom alone it was made; null: for a poll that users share */
            user_id: string | null;
        };
        /** @description A token for scripts, without its text */
        ApiToken: {
            /** Format: date-time */
            created_at: string;
            /** @description Null: never */
            expires_at: string | null;
            /** Format: uuid */
            id: string;
            /** @description Written at most once a minute; null: never */
            last_used_at: string | null;
            name: string;
            scopes: ("read" | "write")[];
        };
        /** @description A new token, the only moment its text is known */
        CreatedApiToken: {
            /** Format: date-time */
            created_at: string;
            /** @description Null: never */
            expires_at: string | null;
            /** Format: uuid */
            id: string;
            /** @description Written at most once a minute; null: never */
            last_used_at: string | null;
            name: string;
            scopes: ("read" | "write")[];
            /** @description To be sent as Authorization: Bearer <token>; shown once and kept nowhere */
            token: string;
        };
        /** @description What became of an alert on one channel */
        DeliveryState: {
            attempts: number;
            /** @enum {string} */
            channel: "email";
            /** Format: uuid */
            channel_id: string;
            delivery_id: string | null;
            /** @description Why it is suppressed, off or failed, or what the last attempt said */
            reason: string | null;
            sent_at: string | null;
            /** @enum {string} */
            state: "sent" | "digested" | "deferred" | "suppressed" | "failed" | "off";
            /** @description When it leaves or is tried next, where it is deferred */
            until: string | null;
        };
        /** @description Your account at Discogs, linked to yours here */
        DiscogsConnection: {
            /** @constant */
            connected: true;
            /** Format: date-time */
            connected_at: string;
            external_user_id: string;
            /** @constant */
            provider: "discogs";
        };
        /** @description Whether your account at Discogs is linked */
        DiscogsConnectionStatus: {
            connected: boolean;
            connected_at: string | null;
            external_user_id: string | null;
            /** @description Private lists can be imported too */
            has_access_token: boolean;
            /** @description null: they are not */
            next_sync_at: string | null;
            /** @description What cannot be done with this link; null: nothing */
            notice: string | null;
            /** @constant */
            provider: "discogs";
            /** @description When Discogs first refused the access token, as it does once its user withdrew it there; null: it did not */
            revoked_at: string | null;
            /**
             * @description hourly: wantlist and collection are read again by themselves about every hour
             * @enum {string}
             */
            sync: "off" | "hourly";
        };
        /** @description A link that waits for its user's consent */
        DiscogsLinkStarted: {
            /**
             * Format: uri
             * @description Where the user allows it, in his browser
             */
            authorize_url: string;
            /** Format: date-time */
            expires_at: string;
            /** @constant */
            provider: "discogs";
            scopes: string[];
            /** @description For the callback; good once, and for this user */
            state: string;
        };
        /** @description A notice that an account at eBay was closed */
        EbayAccountDeletion: {
            metadata: {
                /** @constant */
                topic: "MARKETPLACE_ACCOUNT_DELETION";
            } & {
                [key: string]: unknown;
            };
            notification: {
                data: {
                    /** @description What eBay puts in the place of a name for some applications */
                    userId?: string | null;
                    /** @description His name there; sellers of listings are known by it */
                    username?: string | null;
                } & {
                    [key: string]: unknown;
                };
                notificationId: string;
            } & {
                [key: string]: unknown;
            };
        } & {
            [key: string]: unknown;
        };
        EbayChallengeAnswer: {
            /** @description SHA-256 of code, verification token and endpoint, in hex */
            challengeResponse: string;
        };
        /**
         * @description What every failure answers
         * @example {
         *       "error": {
         *         "message": "Cannot find this: there is none, or it is not yours",
         *         "code": "http_error",
         *         "status": 404
         *       }
         *     }
         */
        Error: {
            error: {
                /** @enum {string} */
                code: "validation_error" | "rate_limited" | "invalid_credentials" | "http_error";
                /** @description Refused fields (422), the exhausted budget (429), failed probes (503 of /readyz) */
                details?: {
                    /**
                     * @description Where it stands: body, query, path or header, then the keys that lead to it
                     * @example [
                     *       "body",
                     *       "query",
                     *       "max_price"
                     *     ]
                     */
                    loc: (string | number)[];
                    /** @description What is wrong, with the value */
                    msg: string;
                    /** @description A stable word for the kind of mistake */
                    type: string;
                }[] | {
                    retry_after_seconds: number;
                    scope: string;
                } | {
                    checks: {
                        [key: string]: {
                            reason?: string;
                            /** @enum {string} */
                            status: "ok" | "failed" | "skipped";
                        };
                    };
                };
                /** @description A sentence for people */
                message: string;
                /** @description The status of the answer */
                status: number;
            };
        };
        /** @description Something that happened to a user; never changed afterwards */
        Event: {
            /** Format: date-time */
            created_at: string;
            /** Format: uuid */
            id: string;
            listing_id: string | null;
            /** @description Our reasons, and what the provider said then. The latter is absent where there is none, and where the provider's terms no longer let it be shown */
            payload: {
                /** @description Credit that the provider asks to be shown beside it */
                attribution?: {
                    text: string;
                    url: string;
                } | null;
                condition?: string | null;
                currency?: string | null;
                /** @description When an auction ends */
                ends_at?: string | null;
                /** @description Of a floor price: copies for sale */
                for_sale_count?: number | null;
                image_url?: string | null;
                /**
                 * Format: uuid
                 * @description Of an IMPORT event: its job
                 */
                import_job_id?: string;
                /** @description Those that these rules watch: shipping is what buyers there pay */
                marketplaces?: string[];
                /** @description Rules and release watches that matched, under their names then */
                matched?: {
                    /** Format: uuid */
                    id: string;
                    kind: string;
                    name: string;
                }[];
                /**
                 * Format: date-time
                 * @description What the provider said is as of this time
                 */
                observed_at?: string;
                previous_currency?: string | null;
                /** @description Before, where the event is about its change */
                previous_price?: number | null;
                /** @description Null: unknown */
                price?: number | null;
                provider?: string;
                /** @description Why it happened, as a stable word */
                reason?: string;
                /** @description In currency; null: unknown, 0: free */
                shipping?: number | null;
                title?: string;
                url?: string | null;
            } & {
                [key: string]: unknown;
            };
            rule_id: string | null;
            /** @description Counts your events from 1 without a gap, in the order they were committed */
            seq: number;
            /** @enum {string} */
            type: "RULE_CREATED" | "RULE_UPDATED" | "RULE_DISABLED" | "RULE_ENABLED" | "RULE_DELETED" | "WATCH_RELEASE_CREATED" | "WATCH_RELEASE_UPDATED" | "WATCH_RELEASE_DISABLED" | "WATCH_RELEASE_ENABLED" | "NEW_MATCH" | "SERVICE_NOTICE" | "LISTING_FIRST_SEEN" | "LISTING_PRICE_DROP" | "LISTING_PRICE_RISE" | "LISTING_SUPPLY_UP" | "LISTING_ENDED" | "IMPORT_STARTED" | "IMPORT_COMPLETED" | "IMPORT_FAILED";
            /** Format: uuid */
            user_id: string;
            watch_release_id: string | null;
        };
        /** @description Everything that is kept of you */
        ExportedAccount: {
            account: {
                /** Format: date-time */
                created_at: string;
                deactivated_at: string | null;
                display_name: string | null;
                email: string;
                email_verified: boolean;
                /** Format: uuid */
                id: string;
                /** @description Issuers' tokens of before are refused */
                invalidate_before: string | null;
                is_active: boolean;
                /**
                 * @description Registered here, or made by an issuer's token
                 * @enum {string}
                 */
                origin: "local" | "issuer";
                /** @description null: no password */
                password_changed_at: string | null;
                /** Format: date-time */
                updated_at: string;
            };
            alert_states: {
                /** @description null: recorded only */
                alerted_at: string | null;
                /** @description It rose since, so a fall back is told again */
                armed: boolean;
                /** Format: date-time */
                created_at: string;
                currency: string | null;
                /** Format: uuid */
                listing_id: string;
                /** @description In whole units of currency; null: unknown, or it may no longer be shown */
                price: number | null;
                remind_at: string | null;
            }[];
            api_tokens: {
                /** Format: date-time */
                created_at: string;
                expires_at: string | null;
                /** Format: uuid */
                id: string;
                last_used_at: string | null;
                name: string;
                revoked_at: string | null;
                scopes: string[];
            }[];
            channels: {
                /** Format: date-time */
                created_at: string;
                disabled_address: string | null;
                disabled_at: string | null;
                /** Format: uuid */
                id: string;
                kind: string;
                mode: string | null;
            }[];
            deliveries: {
                attempts: {
                    attempt: number;
                    detail: string;
                    duration_ms: number;
                    outcome: string;
                    started_at: string;
                }[];
                /** Format: uuid */
                channel_id: string;
                /** Format: date-time */
                created_at: string;
                finished_at: string | null;
                /** Format: uuid */
                id: string;
                kind: string;
                local_date: string | null;
                /** Format: date-time */
                next_attempt_at: string;
                reason: string | null;
                slot: string | null;
                state: string;
            }[];
            delivery_items: {
                /** Format: uuid */
                channel_id: string;
                /** Format: date-time */
                created_at: string;
                deferred: boolean;
                delivery_id: string | null;
                /** Format: uuid */
                event_id: string;
                mode: string;
                /** Format: date-time */
                not_before: string;
                reason: string | null;
                state: string;
            }[];
            event_toggles: {
                event_type: string;
                inbox: boolean | null;
                outgoing: boolean | null;
            }[];
            events: {
                /** @description What the provider said; null: nothing, or it may no longer be shown */
                content: {
                    condition: string | null;
                    currency: string | null;
                    ends_at: string | null;
                    for_sale_count: number | null;
                    image_url: string | null;
                    /** Format: date-time */
                    observed_at: string;
                    previous_currency: string | null;
                    /** @description In whole units of currency; null: unknown, or it may no longer be shown */
                    previous_price: number | null;
                    /** @description In whole units of currency; null: unknown, or it may no longer be shown */
                    price: number | null;
                    provider: string;
                    /** @description In whole units of currency; null: unknown, or it may no longer be shown */
                    shipping: number | null;
                    title: string | null;
                    url: string | null;
                } | null;
                /** Format: date-time */
                created_at: string;
                /** Format: uuid */
                id: string;
                listing_id: string | null;
                payload: {
                    [key: string]: unknown;
                };
                rule_id: string | null;
                seq: number;
                type: string;
                watch_release_id: string | null;
            }[];
            /**
             * Format: date-time
             * @description Everything is as of this moment
             */
            exported_at: string;
            /** @constant */
            format: "waxwatch-account";
            identities: {
                /** Format: date-time */
                created_at: string;
                issuer: string;
                subject: string;
            }[];
            import_jobs: {
                completed_at: string | null;
                /** Format: date-time */
                created_at: string;
                created_count: number;
                error_count: number;
                errors: unknown[];
                /** Format: uuid */
                id: string;
                import_scope: string;
                imported_count: number;
                /** @description 0: of no list */
                list_id: number;
                origin: string;
                page: number;
                processed_count: number;
                provider: string;
                removed_count: number;
                started_at: string | null;
                status: string;
                updated_count: number;
            }[];
            imported_items: {
                artist: string | null;
                discogs_master_id: number | null;
                discogs_release_id: number;
                /** Format: date-time */
                first_seen_at: string;
                /** Format: date-time */
                last_seen_at: string;
                /** @description 0: of no list */
                list_id: number;
                min_condition: string | null;
                removed_at: string | null;
                source: string;
                target_price: number | null;
                title: string;
                /** Format: uuid */
                watch_release_id: string;
                year: number | null;
            }[];
            linked_accounts: {
                /** Format: date-time */
                connected_at: string;
                external_user_id: string;
                /** @description The token itself is not shown to anybody */
                has_access_token: boolean;
                provider: string;
                /** @description When the provider first refused the token */
                revoked_at: string | null;
                sync: string;
            }[];
            matches: {
                /** @description Every predicate, with what was expected and found; null: it may no longer be shown */
                checks: unknown[] | null;
                /** Format: uuid */
                listing_id: string;
                /** Format: date-time */
                matched_at: string;
                owner_id: string | null;
                /** @description null: it was removed */
                owner_kind: ("watch_rule" | "watch_release") | null;
                /** @description The exchange rate used */
                rate: unknown | null;
            }[];
            notifications: {
                /** Format: date-time */
                created_at: string;
                /** Format: uuid */
                event_id: string;
                event_type: string;
                /** Format: uuid */
                id: string;
                read_at: string | null;
                seq: number;
            }[];
            outbound_clicks: {
                /** Format: date-time */
                clicked_at: string;
                /** Format: uuid */
                listing_id: string;
                referer: string | null;
            }[];
            preferences: {
                currency: string;
                /** @enum {string} */
                delivery_frequency: "instant" | "hourly" | "daily";
                ebay_marketplace: string | null;
                notification_timezone: string | null;
                notifications_email: boolean;
                notifications_push: boolean;
                quiet_hours_end: number | null;
                quiet_hours_start: number | null;
                timezone: string;
            } | null;
            provider_requests: {
                duration_ms: number;
                error: string | null;
                method: string;
                operation: string;
                provider: string;
                /** Format: date-time */
                started_at: string;
                status_code: number | null;
                url: string;
            }[];
            searches: {
                ended_at: string | null;
                interval_seconds: number;
                /** @description Of one that ended: its last successful run */
                last_run_at: string | null;
                owner_id: string | null;
                /** @description null: it was removed */
                owner_kind: ("watch_rule" | "watch_release") | null;
                provider: string;
                /** @description As the provider is asked */
                query: {
                    [key: string]: unknown;
                };
                /** Format: date-time */
                started_at: string;
            }[];
            sessions: {
                /** Format: date-time */
                created_at: string;
                ended_at: string | null;
                /** Format: date-time */
                expires_at: string;
                /** Format: uuid */
                id: string;
                /** Format: date-time */
                last_used_at: string;
                user_agent: string | null;
            }[];
            /** @description Shops, feeds and sellers that you added */
            sources: {
                artist_from: string | null;
                /** Format: date-time */
                created_at: string;
                currency: string | null;
                kind: string;
                name: string;
                provider: string;
                url: string;
            }[];
            /** @constant */
            version: 1;
            watch_releases: {
                artist: string | null;
                /** Format: date-time */
                created_at: string;
                currency: string;
                discogs_master_id: number | null;
                discogs_release_id: number;
                /** Format: uuid */
                id: string;
                is_active: boolean;
                match_mode: string;
                min_condition: string | null;
                target_price: number | null;
                title: string;
                /** Format: date-time */
                updated_at: string;
                year: number | null;
            }[];
            watch_rules: {
                alerts: {
                    [key: string]: unknown;
                };
                /** Format: date-time */
                created_at: string;
                /** Format: uuid */
                id: string;
                is_active: boolean;
                name: string;
                poll_interval_seconds: number;
                query: {
                    [key: string]: unknown;
                };
                /** Format: date-time */
                updated_at: string;
            }[];
        };
        /** @description A release that a list of yours at Discogs holds */
        ImportedItem: {
            artist: string | null;
            discogs_master_id: number | null;
            discogs_release_id: number;
            /** Format: uri */
            open_in_discogs_url: string;
            /** @enum {string} */
            source: "wantlist" | "collection" | "list";
            title: string;
            /** Format: uuid */
            watch_release_id: string;
            year: number | null;
        };
        /** @description Lists at Discogs on their way here, page by page */
        ImportJob: {
            /** @description When it ended, also where it failed */
            completed_at: string | null;
            /** Format: date-time */
            created_at: string;
            /** @description Watches that were made */
            created_count: number;
            /** @description What is done next; null: nothing any more */
            cursor: string | null;
            error_count: number;
            /** @description The first 100 */
            errors: {
                /** @description A stable word, such as unreadable_row or directive */
                code: string;
                discogs_release_id: number | null;
                /** @description Of a file: the line it stands in */
                line: number | null;
                message: string;
            }[];
            /** Format: uuid */
            id: string;
            /** @enum {string} */
            import_scope: "wantlist" | "collection" | "both" | "list" | "csv";
            /** @description Releases that the lists hold */
            imported_count: number;
            /** @description Of scope list: its number at Discogs */
            list_id: number | null;
            /** @description When the next page is read; null: it is over */
            next_attempt_at: string | null;
            /** @description Pages that were read */
            page: number;
            /** @description Rows that were read */
            processed_count: number;
            /** @constant */
            provider: "discogs";
            /** @description Watches that were stopped because their release is in no list any more */
            removed_count: number;
            started_at: string | null;
            /** @enum {string} */
            status: "pending" | "running" | "completed" | "failed" | "failed_to_queue";
            /** Format: date-time */
            updated_at: string;
            /** @description Watches that were changed because a list did */
            updated_count: number;
            /** Format: uuid */
            user_id: string;
        };
        /** @description A token just made: the only moment its text is known */
        IssuedToken: {
            /** Format: date-time */
            expires_at: string;
            /** @description To be sent as Authorization: Bearer <token> */
            token: string;
            /** @constant */
            token_type: "Bearer";
            /** Format: uuid */
            user_id: string;
        };
        /** @description One thing seen: an offer, a release, or the floor price of a release */
        Listing: {
            /** @description In the seller's words */
            condition: string | null;
            currency: string | null;
            discogs_master_id: number | null;
            discogs_release_id: number | null;
            /** @description When an auction ends; null: the provider does not say */
            ends_at: string | null;
            /** @description Until when it may be shown unless it is seen again */
            expires_at: string | null;
            /** @description The provider's own id */
            external_id: string;
            /** Format: date-time */
            first_seen_at: string;
            /** @description Of a floor: copies for sale */
            for_sale_count: number | null;
            formats: string[];
            /** @description Goldmine grade of the medium; null: none can be told */
            grade: ("P" | "F" | "G" | "G+" | "VG" | "VG+" | "NM" | "M") | null;
            /** Format: uuid */
            id: string;
            image_url: string | null;
            /** @description Of a floor: the marketplace forbids selling it */
            is_blocked: boolean;
            /** @enum {string} */
            kind: "offer" | "release" | "floor";
            /** @description When the provider says it went on sale */
            listed_at: string | null;
            location: string | null;
            /**
             * @description Where it is listed or was found; empty: its provider has but one marketplace
             * @example [
             *       "EBAY_GB"
             *     ]
             */
            marketplaces: string[];
            /**
             * Format: date-time
             * @description What it says is as of this moment
             */
            observed_at: string;
            /** @description In whole units of currency; null: unknown, never 0 */
            price: number | null;
            /** @enum {string} */
            price_kind: "fixed" | "bid";
            provider: string;
            seller: string | null;
            /** @description null: unknown, 0: free; of eBay to buyers on your own eBay where you chose one, else only what all pay */
            shipping: number | null;
            /** @enum {string} */
            status: "active" | "ended";
            title: string;
            url: string | null;
        };
        /** @description Who is logged in now, and until when */
        LoggedIn: {
            session: {
                /** Format: date-time */
                created_at: string;
                /**
                 * Format: date-time
                 * @description When the session ends if it is not used; use moves it on
                 */
                expires_at: string;
                /** Format: uuid */
                id: string;
            };
            user: {
                display_name: string | null;
                email: string;
                email_verified: boolean;
                /** Format: uuid */
                id: string;
            };
        };
        /** @description What you showed to be let in has ended */
        LoggedOut: {
            marker: {
                /**
                 * Format: date-time
                 * @description Issuers' tokens that were issued before are refused
                 */
                invalidate_before: string;
                /** Format: date-time */
                logged_out_at: string;
                /** Format: uuid */
                user_id: string;
            };
            /** @constant */
            success: true;
        };
        /** @description One row of the inbox */
        Notification: {
            body: string;
            /** @constant */
            channel: "realtime";
            /** Format: date-time */
            created_at: string;
            delivered_at: string | null;
            /** Format: uuid */
            event_id: string;
            /** @enum {string} */
            event_type: "RULE_CREATED" | "RULE_UPDATED" | "RULE_DISABLED" | "RULE_ENABLED" | "RULE_DELETED" | "WATCH_RELEASE_CREATED" | "WATCH_RELEASE_UPDATED" | "WATCH_RELEASE_DISABLED" | "WATCH_RELEASE_ENABLED" | "NEW_MATCH" | "SERVICE_NOTICE" | "LISTING_FIRST_SEEN" | "LISTING_PRICE_DROP" | "LISTING_PRICE_RISE" | "LISTING_SUPPLY_UP" | "LISTING_ENDED" | "IMPORT_STARTED" | "IMPORT_COMPLETED" | "IMPORT_FAILED";
            failed_at: string | null;
            /** Format: uuid */
            id: string;
            image_url: string | null;
            is_read: boolean;
            payload: components["schemas"]["NotificationPayload"];
            read_at: string | null;
            /** @constant */
            status: "delivered";
            title: string;
            url: string | null;
            /** Format: uuid */
            user_id: string;
        };
        /** @description Our reasons, and what the provider said */
        NotificationPayload: {
            /** @description The credit that the provider's terms ask to be shown beside it */
            attribution: {
                text: string;
                url: string;
            } | null;
            condition: string | null;
            currency: string | null;
            /** @description When an auction ends */
            ends_at: string | null;
            for_sale_count: number | null;
            /**
             * Format: uuid
             * @description Of an import: its job
             */
            import_job_id?: string;
            /** @description Of a notice that a provider fails, or answers again */
            incident?: {
                /** @description The kind of the failure, as a stable word such as unavailable */
                cause: string;
                provider: string;
                /** @description How many there are */
                rule_count: number;
                /** @description Your rules and release watches with searches there, the first few */
                rules: {
                    /** Format: uuid */
                    id: string;
                    /** @enum {string} */
                    kind: "watch_rule" | "watch_release";
                    name: string;
                }[];
                /** @description When a search there last succeeded */
                since: string;
            };
            listing_id: string | null;
            /** @enum {string} */
            listing_kind?: "offer" | "release" | "floor";
            /** @description Those that these rules watch: shipping is what buyers there pay */
            marketplaces?: string[];
            /** @description Your rules and release watches that matched, under their names then */
            matched?: {
                /** Format: uuid */
                id: string;
                /** @enum {string} */
                kind: "watch_rule" | "watch_release";
                name: string;
            }[];
            /** @description Of an event about a rule or a watch: its name */
            name?: string;
            /** @description Of a SERVICE_NOTICE: what it is about, as a stable word */
            notice?: string;
            /** @description What the provider said is as of this moment */
            observed_at: string | null;
            previous_currency: string | null;
            previous_price: number | null;
            /** @description In whole units of currency; null: unknown, never 0 */
            price: number | null;
            /** @enum {string} */
            price_kind?: "fixed" | "bid";
            provider: string | null;
            /** @description Why you were told, as a stable word such as price_drop */
            reason?: string;
            rule_id: string | null;
            /** @description In currency, beside the price; null: unknown, 0: free */
            shipping: number | null;
            /** @description Of a SERVICE_NOTICE or an import */
            text?: string;
            /** @description Of a SERVICE_NOTICE or an import */
            title?: string;
            watch_release_id: string | null;
        };
        /** @description How often the searches of a watch really run */
        Polling: {
            /** @description When a search last ended before it met what it knew, or read only a part of a shop: the rest is unknown. Null: never */
            coverage_gap_at: string | null;
            /** @description Null: it is not searched anywhere */
            effective_interval_seconds: number | null;
            providers: components["schemas"]["ProviderPolling"][];
            /**
             * @description Why so often: as_asked, provider_minimum (it allows no shorter interval, or not for all prices that are read), quota (it allows too few calls), busy (the service is behind), backing_off (it failed and is left alone), provider_disabled
             * @enum {string}
             */
            reason: "provider_disabled" | "backing_off" | "quota" | "busy" | "provider_minimum" | "as_asked";
        };
        /** @description What a listing cost from a moment on */
        PriceObservation: {
            currency: string | null;
            /** Format: date-time */
            observed_at: string;
            /** @description In whole units of currency; null: unknown */
            price: number | null;
            /** @enum {string} */
            status: "active" | "ended";
        };
        /** @description A marketplace, shop or feed: what it can do, its terms and its health */
        Provider: {
            /**
             * @description listing: each names its own; fixed: asked in one; configured: by who added it; text: read from it
             * @enum {string}
             */
            currency_source: "listing" | "fixed" | "configured" | "text" | "none";
            disabled_reason: string | null;
            enabled: boolean;
            /** @description Parts of a rule's query it applies itself; we apply the others */
            filters: ("keywords" | "any_keywords" | "q" | "exclude_keywords" | "min_price" | "max_price" | "min_condition" | "formats" | "marketplaces")[];
            /** @enum {string} */
            grade_source: "condition" | "title" | "none";
            health: {
                /** @description No call before this; null: it may be asked */
                blocked_until: string | null;
                /** @description Why its last failed call failed; null: none did */
                last_error: string | null;
                last_error_at: string | null;
                last_success_at: string | null;
                /**
                 * @description ok; backing_off: left alone until blocked_until after failures; failing: its last call failed; silent: nothing came of it for long; disabled: switched off here; never_asked
                 * @enum {string}
                 */
                status: "ok" | "backing_off" | "failing" | "silent" | "disabled" | "never_asked";
            };
            /** @example ebay */
            id: string;
            /**
             * @description offers: single offers; aggregate: floor prices and counts; catalogue: releases; feed: entries of a feed
             * @enum {string}
             */
            kind: "offers" | "aggregate" | "catalogue" | "feed";
            /** @description Null: it has but one */
            marketplaces: {
                default: string;
                known: string[];
            } | null;
            /** @description Shortest time between two runs of one search */
            min_interval_seconds: number;
            /**
             * @description For people
             * @example eBay
             */
            name: string;
            polls: {
                /** @description Searches that are repeated for you; others may share them */
                active: number;
                /** @description Of these: due now */
                due: number;
                /** @description Of these: the last run failed */
                failing: number;
                /** @description When the latest such run was, however long ago */
                last_gap_at: string | null;
                /** @description Of these: due for longer than their interval */
                late: number;
                /** @description Of these: a run of the last day reached its page limit and left a gap */
                with_gap: number;
            };
            /** @description Null: it says no number that has to be counted */
            quota: {
                /** @description Whom the provider counts: providers with the same scope share its calls */
                scope: string;
                windows: {
                    /** @description Most calls in any so many seconds, of the whole installation */
                    limit: number;
                    /** @description Of these: left to people who search */
                    reserve: number;
                    seconds: number;
                    /** @description Calls of the whole installation that count in it now; null: of what people added that is nobody's to know */
                    used: number | null;
                }[];
            } | null;
            /** @description What the provider itself last said of the calls left to this service's own credentials; null: never read */
            quota_reading: {
                limit: number;
                /** Format: date-time */
                read_at: string;
                remaining: number;
                /** @description When the window begins anew; null: it moves, or the provider did not say */
                resets_at: string | null;
                window_seconds: number;
            } | null;
            /** @description Whether it is noticed that an offer is over */
            sees_endings: boolean;
            /** @description Whether a single listing can be looked at again */
            single_listings: boolean;
            terms: {
                /** @description Credit to show beside its items */
                attribution: {
                    text: string;
                    url: string;
                } | null;
                /** @description Its items are shown in a group of their own */
                isolate_display: boolean;
                /** @description How old what is shown of it may be; older content is asked for again or no longer shown. Null: no limit */
                max_age_seconds: number | null;
                /** @description Its prices may be used to suggest or model prices */
                may_model_prices: boolean;
                /** @description To be shown somewhere in the application */
                notice: string | null;
                /** @description What stays of an item when that age is reached */
                retention: ("title" | "url")[];
            };
        };
        /** @description How often searches of a watch run at one provider */
        ProviderPolling: {
            /** @description Measured; null: it is not searched */
            effective_interval_seconds: number | null;
            /** @description As asked, as far as it allows; null: it is not searched */
            interval_seconds: number | null;
            last_success_at: string | null;
            next_poll_at: string | null;
            provider: string;
            /**
             * @description Why so often: as_asked, provider_minimum (it allows no shorter interval, or not for all prices that are read), quota (it allows too few calls), busy (the service is behind), backing_off (it failed and is left alone), provider_disabled
             * @enum {string}
             */
            reason: "provider_disabled" | "backing_off" | "quota" | "busy" | "provider_minimum" | "as_asked";
        };
        /** @description One call to a provider */
        ProviderRequest: {
            /**
             * Format: date-time
             * @description When the call was made
             */
            created_at: string;
            duration_ms: number;
            /** @description Null: no error */
            error: string | null;
            method: string;
            /** @description What was asked: search, token, … */
            operation: string;
            provider: string;
            /** @description Null: no answer arrived */
            status_code: number | null;
            /** @description Secrets in it read redacted */
            url: string;
        };
        /** @description Calls to one provider, counted */
        ProviderRequestSummary: {
            avg_duration_ms: number;
            /** @description Of these: without an answer, or answered with 400 and above */
            error_requests: number;
            provider: string;
            total_requests: number;
        };
        /** @description What a registration answers, whether or not the address was known */
        Registered: {
            email: string;
            /** @description The link in the mail has to be opened before the first login */
            verification_required: boolean;
        };
        /** @description What a run by hand came to */
        RuleRun: {
            fetched: number;
            listings_created: number;
            matches_created: number;
            /** @description Searches that could not run, and why */
            not_run: string[];
            /** Format: uuid */
            rule_id: string;
            snapshots_created: number;
        };
        /** @description A search to be watched */
        SaveAlert: {
            name: string;
            /** @default 600 */
            poll_interval_seconds?: number;
            query: components["schemas"]["Search"];
        };
        /** @description What to look for, and which page of it */
        Search: {
            /** @description Each a phrase; all must occur in the title */
            keywords: string[];
            /** @description Of providers that have several; absent: yours, or this installation's choice */
            marketplaces?: string[] | null;
            /** @description Inclusive, in your currency */
            max_price?: number | null;
            /** @description One of P, F, G, G+, VG, VG+, NM, M, or its name */
            min_condition?: string | null;
            /** @description Inclusive, in your currency */
            min_price?: number | null;
            /** @default 1 */
            page?: number;
            /** @default 24 */
            page_size?: number;
            /** @description Absent: all that are enabled */
            providers?: string[];
        };
        SearchAnswer: {
            /** @description In the order of the items */
            groups: components["schemas"]["SearchGroup"][];
            /** @description One provider after the other, never mixed */
            items: components["schemas"]["SearchItem"][];
            pagination: {
                /** @description Also when a provider has pages that were not read yet */
                has_next: boolean;
                page: number;
                page_size: number;
                returned: number;
                /** @description Hits known by now */
                total: number;
                total_pages: number;
            };
            /** @description Provider → why it found nothing, or not all */
            provider_errors: {
                [key: string]: string;
            };
            providers_searched: string[];
        };
        /** @description What one provider found, and how it has to be shown */
        SearchGroup: {
            /** @description Credit to show beside its items */
            attribution: {
                text: string;
                url: string;
            } | null;
            /** @description Hits known by now */
            found: number;
            /** @description Further pages of the provider are read when yours get there */
            has_more: boolean;
            /** @description Its items are shown in a group of their own */
            isolate_display: boolean;
            name: string;
            /** @description To be shown somewhere in the application */
            notice: string | null;
            provider: string;
        };
        SearchItem: {
            /** @description In the provider's own words */
            condition: string | null;
            /** @description Of the price; where that is unknown, yours */
            currency: string;
            discogs_release_id: number | null;
            /** @description When an auction ends; null: the provider does not say */
            ends_at: string | null;
            external_id: string;
            /** @description As understood from condition and title */
            grade: ("P" | "F" | "G" | "G+" | "VG" | "VG+" | "NM" | "M") | null;
            /** @description Stable: the listing's id */
            id: string;
            image_url: string | null;
            /**
             * @description A release is not an offer: it says that the record exists
             * @enum {string}
             */
            kind: "offer" | "release" | "floor";
            listed_at: string | null;
            listing_id: string | null;
            location: string | null;
            /** @description Where it is listed or was found, such as EBAY_GB */
            marketplaces: string[];
            /**
             * Format: date-time
             * @description When the provider said all this
             */
            observed_at: string;
            /** @description Null: unknown, never free */
            price: number | null;
            /**
             * @description bid: the present bid of an auction
             * @enum {string}
             */
            price_kind: "fixed" | "bid";
            provider: string;
            /** @description The provider's own page */
            public_url: string;
            seller: string | null;
            /** @description In the same currency, beside the price and not in it, to buyers on the marketplaces searched; null: unknown, 0: free */
            shipping: number | null;
            title: string;
            /** @description The link to follow; it may begin at this service */
            url: string;
        };
        /** @description A browser that is logged in */
        Session: {
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            expires_at: string;
            /** Format: uuid */
            id: string;
            /** @description The session this request was made with */
            is_current: boolean;
            /**
             * Format: date-time
             * @description Written at most once a minute
             */
            last_used_at: string;
            /** @description What the browser called itself when it logged in */
            user_agent: string | null;
        };
        /** @description One thing seen; once expires_at has passed, what the provider said of it is null */
        ShownListing: {
            /** @description Credit that the provider asks to be shown beside it */
            attribution: {
                text: string;
                url: string;
            } | null;
            /** @description In the seller's words */
            condition: string | null;
            currency: string | null;
            discogs_master_id: number | null;
            discogs_release_id: number | null;
            /** @description When an auction ends; null: the provider does not say */
            ends_at: string | null;
            /** @description Until when it may be shown unless it is seen again */
            expires_at: string | null;
            /** @description The provider's own id */
            external_id: string;
            /** Format: date-time */
            first_seen_at: string;
            /** @description Of a floor: copies for sale */
            for_sale_count: number | null;
            formats: string[];
            /** @description Goldmine grade of the medium; null: none can be told */
            grade: ("P" | "F" | "G" | "G+" | "VG" | "VG+" | "NM" | "M") | null;
            /** Format: uuid */
            id: string;
            image_url: string | null;
            /** @description Of a floor: the marketplace forbids selling it */
            is_blocked: boolean;
            /** @enum {string} */
            kind: "offer" | "release" | "floor";
            /** @description When the provider says it went on sale */
            listed_at: string | null;
            location: string | null;
            /**
             * @description Where it is listed or was found; empty: its provider has but one marketplace
             * @example [
             *       "EBAY_GB"
             *     ]
             */
            marketplaces: string[];
            /**
             * Format: date-time
             * @description What it says is as of this moment
             */
            observed_at: string;
            /** @description In whole units of currency; null: unknown, never 0 */
            price: number | null;
            /** @enum {string} */
            price_kind: "fixed" | "bid";
            provider: string;
            seller: string | null;
            /** @description null: unknown, 0: free; of eBay to buyers on your own eBay where you chose one, else only what all pay */
            shipping: number | null;
            /** @enum {string} */
            status: "active" | "ended";
            /** @description Null: what the provider said may no longer be shown */
            title: string | null;
            url: string | null;
        };
        /** @description A shop, a feed or a seller that you added */
        Source: {
            /** @description Of shops: where the artist stands */
            artist_from: ("vendor" | "title_quote" | "title_dash") | null;
            /** Format: date-time */
            created_at: string;
            /** @description Of prices that name none; null: such prices are unknown */
            currency: string | null;
            /** Format: uuid */
            id: string;
            /** @enum {string} */
            kind: "shopify" | "feed" | "discogs_seller";
            last_error: string | null;
            last_error_at: string | null;
            last_success_at: string | null;
            name: string;
            /**
             * @description What a rule names it by, in its sources
             * @example shopify:shop.example
             */
            provider: string;
            /**
             * @description new: not asked yet, because no rule names it
             * @enum {string}
             */
            state: "new" | "ok" | "failing";
            /** Format: date-time */
            updated_at: string;
            /** @description As it is asked; of a private feed it is a key, shown to you alone; of a feed that was shared its host alone */
            url: string;
        };
        /** @description A query with everything filled in that may be left out */
        StoredQuery: {
            any_keywords: string[];
            currency: string;
            exclude_keywords: string[];
            formats: string[];
            keywords: string[];
            /**
             * @description Of sources that have several; absent: none of them has
             * @example [
             *       "EBAY_GB"
             *     ]
             */
            marketplaces?: string[];
            max_price?: number;
            /** @enum {string} */
            min_condition?: "P" | "F" | "G" | "G+" | "VG" | "VG+" | "NM" | "M";
            min_price?: number;
            q?: string;
            /**
             * @example [
             *       "ebay",
             *       "discogs"
             *     ]
             */
            sources: string[];
            /** @enum {string} */
            ungraded: "exclude" | "include";
        };
        /** @description The data of one message of a stream: a row of the inbox, short */
        StreamMessage: {
            body: string;
            /** Format: date-time */
            created_at: string;
            /** Format: uuid */
            event_id: string;
            /** @enum {string} */
            event_type: "RULE_CREATED" | "RULE_UPDATED" | "RULE_DISABLED" | "RULE_ENABLED" | "RULE_DELETED" | "WATCH_RELEASE_CREATED" | "WATCH_RELEASE_UPDATED" | "WATCH_RELEASE_DISABLED" | "WATCH_RELEASE_ENABLED" | "NEW_MATCH" | "SERVICE_NOTICE" | "LISTING_FIRST_SEEN" | "LISTING_PRICE_DROP" | "LISTING_PRICE_RISE" | "LISTING_SUPPLY_UP" | "LISTING_ENDED" | "IMPORT_STARTED" | "IMPORT_COMPLETED" | "IMPORT_FAILED";
            /** Format: uuid */
            notification_id: string;
            payload: components["schemas"]["NotificationPayload"];
            /** @description Where a stream goes on when it is opened with it as Last-Event-ID */
            seq: number;
            title: string;
            url: string | null;
        };
        /** @description It is done */
        Success: {
            /** @constant */
            success: true;
        };
        /** @description You, and what you chose for everything */
        UserProfile: {
            /** Format: date-time */
            created_at: string;
            display_name: string | null;
            email: string;
            /** Format: uuid */
            id: string;
            integrations: {
                /** @description You gave access to your account there */
                linked: boolean;
                provider: string;
                /** @description Your active rules that name it */
                watch_rule_count: number;
            }[];
            is_active: boolean;
            preferences: {
                /** @description Of price bounds that a new rule does not name */
                currency: string;
                /** @enum {string} */
                delivery_frequency: "instant" | "hourly" | "daily";
                /**
                 * @description Which eBay new rules and searches look at that do not say; null: this installation's choice. Rules keep the one they were made with
                 * @example EBAY_GB
                 */
                ebay_marketplace: string | null;
                /** @description Of quiet hours and digests; null: timezone */
                notification_timezone: string | null;
                notifications_email: boolean;
                notifications_push: boolean;
                quiet_hours_end: number | null;
                /** @description Whole local hour; both or neither */
                quiet_hours_start: number | null;
                /** @description IANA zone for showing times */
                timezone: string;
            };
            /** Format: date-time */
            updated_at: string;
        };
        /** @description A watched release of Discogs, or any version of a master */
        WatchRelease: {
            artist: string | null;
            /** Format: date-time */
            created_at: string;
            currency: string;
            discogs_master_id: number | null;
            discogs_release_id: number;
            /** Format: uuid */
            id: string;
            is_active: boolean;
            /** @description Latest successful search; null: none yet */
            last_run_at: string | null;
            /** @enum {string} */
            match_mode: "exact_release" | "master_release";
            min_condition: ("P" | "F" | "G" | "G+" | "VG" | "VG+" | "NM" | "M") | null;
            /** @description Earliest planned search; null: none is planned */
            next_run_at: string | null;
            /** @description What you should know about it */
            notices: string[];
            /** @description How often its lowest prices are read. Null: it is stopped */
            polling: components["schemas"]["Polling"] | null;
            /** @description In whole units of currency */
            target_price: number | null;
            title: string;
            /** Format: date-time */
            updated_at: string;
            /** Format: uuid */
            user_id: string;
            /** @description 0: unknown at Discogs */
            year: number | null;
        };
        /** @description A saved search */
        WatchRule: {
            alerts: {
                drop_percent: number;
                /** @enum {string} */
                first_run: "none" | "top" | "all";
                remind_after_days: number | null;
            };
            backfill: {
                /** @description How many of them were told */
                alerted: number;
                /** @description Offers that were for sale already */
                found: number;
                /** @enum {string} */
                state: "pending" | "running" | "completed";
            };
            /** Format: date-time */
            created_at: string;
            /** Format: uuid */
            id: string;
            is_active: boolean;
            /** @description Latest successful search; null: none yet */
            last_run_at: string | null;
            name: string;
            /** @description Earliest planned search; null: none is planned */
            next_run_at: string | null;
            /** @description What you should know about its sources, and which lowest prices are read */
            notices: string[];
            poll_interval_seconds: number;
            /** @description Null: it is stopped */
            polling: components["schemas"]["Polling"] | null;
            query: components["schemas"]["StoredQuery"];
            /** Format: date-time */
            updated_at: string;
            /** Format: uuid */
            user_id: string;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    forgotPassword: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @example ada@example.com */
                    email: string;
                };
            };
        };
        responses: {
            /** @description Success */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Success"];
                };
            };
            /** @description The body did not arrive in time */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The body is of another type than application/json */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The input is refused; the details name each field */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too many requests; Retry-After says when to come again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description An internal error; the request id finds it in the log */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The database, an issuer's keys or another part does not answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    login: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @example ada@example.com */
                    email: string;
                    /** @description Ignored */
                    expires_at?: string | null;
                    /** @description Ignored */
                    handoff?: string | null;
                    /** @description Ignored */
                    nonce?: string | null;
                    password: string;
                    /** @description Ignored */
                    return_to?: string | null;
                    /** @description Ignored */
                    state?: string | null;
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LoggedIn"];
                };
            };
            /** @description E-mail or password is wrong (code `invalid_credentials`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The body did not arrive in time */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A page of another site made the request */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The body is of another type than application/json */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The input is refused; the details name each field */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too many requests; Retry-After says when to come again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description An internal error; the request id finds it in the log */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The database, an issuer's keys or another part does not answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    register: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    display_name?: string | null;
                    /** @example ada@example.com */
                    email: string;
                    /** @description 10 to 200 characters of any script */
                    password: string;
                };
            };
        };
        responses: {
            /** @description Success */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Registered"];
                };
            };
            /** @description The body did not arrive in time */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Registration is closed, or a page of another site made the request */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The body is of another type than application/json */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The input is refused; the details name each field */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too many requests; Retry-After says when to come again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description An internal error; the request id finds it in the log */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The database, an issuer's keys or another part does not answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    showResetPassword: {
        parameters: {
            query?: {
                token?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            /** @description The input is refused; the details name each field */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                    "text/html": string;
                };
            };
            /** @description Too many requests; Retry-After says when to come again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                    "text/html": string;
                };
            };
            /** @description An internal error; the request id finds it in the log */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                    "text/html": string;
                };
            };
            /** @description The database, an issuer's keys or another part does not answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                    "text/html": string;
                };
            };
        };
    };
    resetPassword: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description 10 to 200 characters of any script */
                    password: string;
                    /** @description The token of the link in the mail */
                    token: string;
                };
                "application/x-www-form-urlencoded": {
                    /** @description 10 to 200 characters of any script */
                    password: string;
                    /** @description The token of the link in the mail */
                    token: string;
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Success"];
                    "text/html": string;
                };
            };
            /** @description The link was used, has expired, or is not complete */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                    "text/html": string;
                };
            };
            /** @description The body did not arrive in time */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                    "text/html": string;
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                    "text/html": string;
                };
            };
            /** @description The body is of another type than application/json */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                    "text/html": string;
                };
            };
            /** @description The input is refused; the details name each field */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                    "text/html": string;
                };
            };
            /** @description Too many requests; Retry-After says when to come again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                    "text/html": string;
                };
            };
            /** @description An internal error; the request id finds it in the log */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                    "text/html": string;
                };
            };
            /** @description The database, an issuer's keys or another part does not answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                    "text/html": string;
                };
            };
        };
    };
    showVerifyEmail: {
        parameters: {
            query?: {
                token?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            /** @description The input is refused; the details name each field */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                    "text/html": string;
                };
            };
            /** @description Too many requests; Retry-After says when to come again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                    "text/html": string;
                };
            };
            /** @description An internal error; the request id finds it in the log */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                    "text/html": string;
                };
            };
            /** @description The database, an issuer's keys or another part does not answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                    "text/html": string;
                };
            };
        };
    };
    verifyEmail: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description The token of the link in the mail */
                    token: string;
                };
                "application/x-www-form-urlencoded": {
                    /** @description The token of the link in the mail */
                    token: string;
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Success"];
                    "text/html": string;
                };
            };
            /** @description The link was used, has expired, or is not complete */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                    "text/html": string;
                };
            };
            /** @description The body did not arrive in time */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                    "text/html": string;
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                    "text/html": string;
                };
            };
            /** @description The body is of another type than application/json */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                    "text/html": string;
                };
            };
            /** @description The input is refused; the details name each field */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                    "text/html": string;
                };
            };
            /** @description Too many requests; Retry-After says when to come again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                    "text/html": string;
                };
            };
            /** @description An internal error; the request id finds it in the log */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                    "text/html": string;
                };
            };
            /** @description The database, an issuer's keys or another part does not answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                    "text/html": string;
                };
            };
        };
    };
    resendVerification: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Success"];
                };
            };
            /** @description No valid credential */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The account is deactivated, or the token may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The body did not arrive in time */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The address is confirmed, no mail can be sent, or a session's cookie was sent from another site */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too many requests; Retry-After says when to come again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description An internal error; the request id finds it in the log */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The database, an issuer's keys or another part does not answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    ingestDevListings: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    condition?: string | null;
                    currency?: string | null;
                    discogs_master_id?: number | null;
                    discogs_release_id?: number | null;
                    ends_at?: string | null;
                    external_id: string;
                    for_sale_count?: number | null;
                    image_url?: string | null;
                    /** @default false */
                    is_blocked?: boolean;
                    /**
                     * @default offer
                     * @enum {string}
                     */
                    kind?: "offer" | "release" | "floor";
                    listed_at?: string | null;
                    location?: string | null;
                    marketplaces?: string[] | null;
                    price?: number | null;
                    /**
                     * @default fixed
                     * @enum {string}
                     */
                    price_kind?: "fixed" | "bid";
                    provider: string;
                    seller?: string | null;
                    shipping?: number | null;
                    /**
                     * @default active
                     * @enum {string}
                     */
                    status?: "active" | "ended";
                    title: string;
                    url?: string | null;
                } | {
                    condition?: string | null;
                    currency?: string | null;
                    discogs_master_id?: number | null;
                    discogs_release_id?: number | null;
                    ends_at?: string | null;
                    external_id: string;
                    for_sale_count?: number | null;
                    image_url?: string | null;
                    /** @default false */
                    is_blocked?: boolean;
                    /**
                     * @default offer
                     * @enum {string}
                     */
                    kind?: "offer" | "release" | "floor";
                    listed_at?: string | null;
                    location?: string | null;
                    marketplaces?: string[] | null;
                    price?: number | null;
                    /**
                     * @default fixed
                     * @enum {string}
                     */
                    price_kind?: "fixed" | "bid";
                    provider: string;
                    seller?: string | null;
                    shipping?: number | null;
                    /**
                     * @default active
                     * @enum {string}
                     */
                    status?: "active" | "ended";
                    title: string;
                    url?: string | null;
                }[];
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        created_listing: boolean;
                        created_matches: number;
                        /** @description A price or status that differs from the last was recorded */
                        created_snapshot: boolean;
                        listing: components["schemas"]["Listing"];
                    } | {
                        created_listing: boolean;
                        created_matches: number;
                        /** @description A price or status that differs from the last was recorded */
                        created_snapshot: boolean;
                        listing: components["schemas"]["Listing"];
                    }[];
                };
            };
            /** @description No valid credential */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The account is deactivated, or the token may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The body did not arrive in time */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A session's cookie was sent from another site */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The body is of another type than application/json */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The input is refused; the details name each field */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too many requests; Retry-After says when to come again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description An internal error; the request id finds it in the log */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The database, an issuer's keys or another part does not answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    runDevRule: {
        parameters: {
            query?: {
                /** @description Most searches to run */
                limit?: number;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        fetched: number;
                        listings_created: number;
                        matches_created: number;
                        /** Format: uuid */
                        rule_id: string;
                        snapshots_created: number;
                    };
                };
            };
            /** @description No valid credential */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The account is deactivated, or the token may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is none with this id, or it is not yours */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The body did not arrive in time */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A worker runs one of its searches now, or its provider is left alone */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The input is refused; the details name each field */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too many requests; Retry-After says when to come again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description An internal error; the request id finds it in the log */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The provider failed */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The database, an issuer's keys or another part does not answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    issueDevToken: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** Format: email */
                    email?: string;
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IssuedToken"];
                };
            };
            /** @description The body did not arrive in time */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The body is of another type than application/json */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The input is refused; the details name each field */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too many requests; Retry-After says when to come again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description An internal error; the request id finds it in the log */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The database, an issuer's keys or another part does not answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    listEvents: {
        parameters: {
            query?: {
                /** @description Where to go on: x-next-cursor of the page before */
                cursor?: string;
                /** @description Most rows to answer; 50 when absent */
                limit?: number;
                /** @description Rows to skip; not together with cursor */
                offset?: number;
                /** @description Only events about this rule */
                rule_id?: string;
                /** @description Only events of this kind */
                type?: "RULE_CREATED" | "RULE_UPDATED" | "RULE_DISABLED" | "RULE_ENABLED" | "RULE_DELETED" | "WATCH_RELEASE_CREATED" | "WATCH_RELEASE_UPDATED" | "WATCH_RELEASE_DISABLED" | "WATCH_RELEASE_ENABLED" | "NEW_MATCH" | "SERVICE_NOTICE" | "LISTING_FIRST_SEEN" | "LISTING_PRICE_DROP" | "LISTING_PRICE_RISE" | "LISTING_SUPPLY_UP" | "LISTING_ENDED" | "IMPORT_STARTED" | "IMPORT_COMPLETED" | "IMPORT_FAILED";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    /** @description The next page as rel="next"; absent on the last one */
                    link?: string;
                    /** @description The cursor of the next page; absent on the last one */
                    "x-next-cursor"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Event"][];
                };
            };
            /** @description No valid credential */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The account is deactivated, or the token may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The input is refused; the details name each field */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too many requests; Retry-After says when to come again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description An internal error; the request id finds it in the log */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The database, an issuer's keys or another part does not answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    updateDiscogsConnection: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @enum {string} */
                    sync?: "off" | "hourly";
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DiscogsConnectionStatus"];
                };
            };
            /** @description No account at Discogs is linked */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description No valid credential */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The account is deactivated, or the token may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The body did not arrive in time */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A session's cookie was sent from another site */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The body is of another type than application/json */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The input is refused; the details name each field */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too many requests; Retry-After says when to come again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description An internal error; the request id finds it in the log */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The database, an issuer's keys or another part does not answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    connectDiscogs: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Absent: only public lists can be imported. Stored encrypted, never answered */
                    access_token?: string | null;
                    /** @description Your user name at Discogs */
                    external_user_id: string;
                    /** @description What belongs to the token, such as its secret; encrypted with it, dropped without it */
                    token_metadata?: {
                        [key: string]: unknown;
                    } | null;
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DiscogsConnection"];
                };
            };
            /** @description No valid credential */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The account is deactivated, or the token may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The body did not arrive in time */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The operator has not set the keys that a token is encrypted with */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The body is of another type than application/json */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The input is refused; the details name each field */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too many requests; Retry-After says when to come again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description An internal error; the request id finds it in the log */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The database, an issuer's keys or another part does not answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    disconnectDiscogs: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /**
                     * @description Discogs lets nobody but its user withdraw a token, in his settings there: here it is deleted either way
                     * @default true
                     */
                    revoke?: boolean;
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        disconnected: true;
                        /** @constant */
                        provider: "discogs";
                    };
                };
            };
            /** @description No valid credential */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The account is deactivated, or the token may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The body did not arrive in time */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A session's cookie was sent from another site */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The body is of another type than application/json */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The input is refused; the details name each field */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too many requests; Retry-After says when to come again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description An internal error; the request id finds it in the log */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The database, an issuer's keys or another part does not answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    startDiscogsImport: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** @description Of source list: its number, or its address at Discogs */
                    list?: number | string;
                    /**
                     * @default both
                     * @enum {string}
                     */
                    source?: "wantlist" | "collection" | "both" | "list";
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImportJob"];
                };
            };
            /** @description No account at Discogs is linked */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description No valid credential */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The account is deactivated, or the token may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The body did not arrive in time */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A session's cookie was sent from another site */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The body is of another type than application/json */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The input is refused; the details name each field */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too many requests; Retry-After says when to come again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description An internal error; the request id finds it in the log */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The database, an issuer's keys or another part does not answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getDiscogsImport: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                job_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImportJob"];
                };
            };
            /** @description No valid credential */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The account is deactivated, or the token may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is none with this id, or it is not yours */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too many requests; Retry-After says when to come again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description An internal error; the request id finds it in the log */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The database, an issuer's keys or another part does not answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    importDiscogsFile: {
        parameters: {
            query?: {
                /** @description Absent: a file with the column CollectionFolder is a collection, any other a wantlist */
                source?: "wantlist" | "collection";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "text/csv": string;
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImportJob"];
                };
            };
            /** @description No valid credential */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The account is deactivated, or the token may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The body did not arrive in time */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Another file is being imported, or a session's cookie was sent from another site */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The body is of another type than text/csv */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The input is refused; the details name each field */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too many requests; Retry-After says when to come again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description An internal error; the request id finds it in the log */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The database, an issuer's keys or another part does not answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    listImportedItems: {
        parameters: {
            query?: {
                limit?: number;
                offset?: number;
                /** @description both: of any list */
                source?: "wantlist" | "collection" | "list" | "both";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description Of all pages */
                        count: number;
                        items: components["schemas"]["ImportedItem"][];
                        limit: number;
                        offset: number;
                        /** @enum {string} */
                        source: "wantlist" | "collection" | "list" | "both";
                    };
                };
            };
            /** @description No valid credential */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The account is deactivated, or the token may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The input is refused; the details name each field */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too many requests; Retry-After says when to come again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description An internal error; the request id finds it in the log */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The database, an issuer's keys or another part does not answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    openImportedItem: {
        parameters: {
            query?: {
                /** @description both: of any list */
                source?: "wantlist" | "collection" | "list" | "both";
            };
            header?: never;
            path: {
                watch_release_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** Format: uri */
                        open_in_discogs_url: string;
                        /** @enum {string} */
                        source: "wantlist" | "collection" | "list";
                        /** Format: uuid */
                        watch_release_id: string;
                    };
                };
            };
            /** @description No valid credential */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The account is deactivated, or the token may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is none with this id, or it is not yours */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The input is refused; the details name each field */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too many requests; Retry-After says when to come again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description An internal error; the request id finds it in the log */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The database, an issuer's keys or another part does not answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    finishDiscogsLink: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description The oauth_verifier */
                    code?: string | null;
                    /** @description The request token, where the user refused */
                    denied?: string | null;
                    oauth_token?: string | null;
                    oauth_verifier?: string | null;
                    state?: string | null;
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DiscogsConnection"];
                };
            };
            /** @description The link is unknown, was used, has expired, or its user did not allow it */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description No valid credential */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The account is deactivated, or the token may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The body did not arrive in time */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A session's cookie was sent from another site */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The body is of another type than application/json */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The input is refused; the details name each field */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too many requests; Retry-After says when to come again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description An internal error; the request id finds it in the log */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Discogs failed; where the message says so, the same link may be tried again */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The database, an issuer's keys or another part does not answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    returnFromDiscogs: {
        parameters: {
            query?: {
                /** @description The oauth_verifier */
                code?: string | null;
                /** @description The request token, where the user refused */
                denied?: string | null;
                oauth_token?: string | null;
                oauth_verifier?: string | null;
                state?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DiscogsConnection"];
                    "text/html": string;
                };
            };
            /** @description The link is unknown, was used, has expired, or its user did not allow it */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                    "text/html": string;
                };
            };
            /** @description No valid credential */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                    "text/html": string;
                };
            };
            /** @description The account is deactivated, or the token may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                    "text/html": string;
                };
            };
            /** @description The input is refused; the details name each field */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                    "text/html": string;
                };
            };
            /** @description Too many requests; Retry-After says when to come again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                    "text/html": string;
                };
            };
            /** @description An internal error; the request id finds it in the log */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                    "text/html": string;
                };
            };
            /** @description Discogs failed; where the message says so, the same link may be tried again */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                    "text/html": string;
                };
            };
            /** @description The database, an issuer's keys or another part does not answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                    "text/html": string;
                };
            };
        };
    };
    startDiscogsLink: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** @description A page of yours on PUBLIC_URL or an origin of CORS_ORIGINS. Discogs leads the browser back there, with state, oauth_token and oauth_verifier (or denied) in its address. Absent: a page of this service, which finishes by itself for a browser that is logged in */
                    return_to?: string | null;
                    /** @description Answered as they are: Discogs knows none, its tokens may do everything */
                    scopes?: string[] | null;
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DiscogsLinkStarted"];
                };
            };
            /** @description No valid credential */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The account is deactivated, or the token may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The body did not arrive in time */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The operator has not configured it */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The body is of another type than application/json */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The input is refused; the details name each field */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too many requests; Retry-After says when to come again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description An internal error; the request id finds it in the log */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Discogs failed */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The database, an issuer's keys or another part does not answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getDiscogsConnection: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DiscogsConnectionStatus"];
                };
            };
            /** @description No valid credential */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The account is deactivated, or the token may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too many requests; Retry-After says when to come again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description An internal error; the request id finds it in the log */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The database, an issuer's keys or another part does not answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getListing: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ShownListing"];
                };
            };
            /** @description No valid credential */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The account is deactivated, or the token may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is none with this id, or it is not yours */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too many requests; Retry-After says when to come again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description An internal error; the request id finds it in the log */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The database, an issuer's keys or another part does not answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    listPricesOfListing: {
        parameters: {
            query?: {
                /** @description Where to go on: x-next-cursor of the page before */
                cursor?: string;
                /** @description Most rows to answer; 50 when absent */
                limit?: number;
                /** @description Rows to skip; not together with cursor */
                offset?: number;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    /** @description The next page as rel="next"; absent on the last one */
                    link?: string;
                    /** @description The cursor of the next page; absent on the last one */
                    "x-next-cursor"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PriceObservation"][];
                };
            };
            /** @description No valid credential */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The account is deactivated, or the token may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is none with this id, or it is not yours */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The input is refused; the details name each field */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too many requests; Retry-After says when to come again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description An internal error; the request id finds it in the log */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The database, an issuer's keys or another part does not answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getProfile: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserProfile"];
                };
            };
            /** @description No valid credential */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The account is deactivated, or the token may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too many requests; Retry-After says when to come again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description An internal error; the request id finds it in the log */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The database, an issuer's keys or another part does not answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    deactivateAccount: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AccountDeactivated"];
                };
            };
            /** @description No valid credential */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The account is deactivated, or the token may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The body did not arrive in time */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A session's cookie was sent from another site */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too many requests; Retry-After says when to come again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description An internal error; the request id finds it in the log */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The database, an issuer's keys or another part does not answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    updateProfile: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    display_name?: string | null;
                    preferences?: {
                        currency?: string;
                        /** @enum {string} */
                        delivery_frequency?: "instant" | "hourly" | "daily";
                        ebay_marketplace?: string | null;
                        notification_timezone?: string | null;
                        notifications_email?: boolean;
                        notifications_push?: boolean;
                        quiet_hours_end?: number | null;
                        quiet_hours_start?: number | null;
                        timezone?: string;
                    };
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserProfile"];
                };
            };
            /** @description No valid credential */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The account is deactivated, or the token may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The body did not arrive in time */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A session's cookie was sent from another site */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The body is of another type than application/json */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The input is refused; the details name each field */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too many requests; Retry-After says when to come again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description An internal error; the request id finds it in the log */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The database, an issuer's keys or another part does not answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    exportAccount: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ExportedAccount"];
                };
            };
            /** @description No valid credential */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The account is deactivated, or the token may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Your export is under way */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too many requests; Retry-After says when to come again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description An internal error; the request id finds it in the log */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too many others are under way */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    deleteAccount: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AccountDeleted"];
                };
            };
            /** @description No valid credential */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The account is deactivated, or the token may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The body did not arrive in time */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A session's cookie was sent from another site */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too many requests; Retry-After says when to come again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description An internal error; the request id finds it in the log */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The database, an issuer's keys or another part does not answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    logOut: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LoggedOut"];
                };
            };
            /** @description No valid credential */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The account is deactivated, or the token may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The body did not arrive in time */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A session's cookie was sent from another site */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too many requests; Retry-After says when to come again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description An internal error; the request id finds it in the log */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The database, an issuer's keys or another part does not answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    changePassword: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    current_password: string;
                    /** @description 10 to 200 characters of any script */
                    new_password: string;
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Success"];
                };
            };
            /** @description No valid credential */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The account is deactivated, or the token may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The body did not arrive in time */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description This account has no password, or a session's cookie was sent from another site */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The body is of another type than application/json */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The input is refused; the details name each field */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too many requests; Retry-After says when to come again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description An internal error; the request id finds it in the log */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The database, an issuer's keys or another part does not answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    listSessions: {
        parameters: {
            query?: {
                /** @description Where to go on: x-next-cursor of the page before */
                cursor?: string;
                /** @description Most rows to answer; 50 when absent */
                limit?: number;
                /** @description Rows to skip; not together with cursor */
                offset?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    /** @description The next page as rel="next"; absent on the last one */
                    link?: string;
                    /** @description The cursor of the next page; absent on the last one */
                    "x-next-cursor"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Session"][];
                };
            };
            /** @description No valid credential */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The account is deactivated, or the token may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The input is refused; the details name each field */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too many requests; Retry-After says when to come again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description An internal error; the request id finds it in the log */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The database, an issuer's keys or another part does not answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    endOtherSessions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done; nothing to say */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description No valid credential */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The account is deactivated, or the token may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The body did not arrive in time */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A session's cookie was sent from another site */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too many requests; Retry-After says when to come again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description An internal error; the request id finds it in the log */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The database, an issuer's keys or another part does not answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    endSession: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done; nothing to say */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description No valid credential */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The account is deactivated, or the token may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is none with this id, or it is not yours */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The body did not arrive in time */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A session's cookie was sent from another site */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too many requests; Retry-After says when to come again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description An internal error; the request id finds it in the log */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The database, an issuer's keys or another part does not answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    listApiTokens: {
        parameters: {
            query?: {
                /** @description Where to go on: x-next-cursor of the page before */
                cursor?: string;
                /** @description Most rows to answer; 50 when absent */
                limit?: number;
                /** @description Rows to skip; not together with cursor */
                offset?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    /** @description The next page as rel="next"; absent on the last one */
                    link?: string;
                    /** @description The cursor of the next page; absent on the last one */
                    "x-next-cursor"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiToken"][];
                };
            };
            /** @description No valid credential */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The account is deactivated, or the token may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The input is refused; the details name each field */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too many requests; Retry-After says when to come again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description An internal error; the request id finds it in the log */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The database, an issuer's keys or another part does not answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    createApiToken: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    expires_at?: string | null;
                    name: string;
                    scopes: ("read" | "write")[];
                };
            };
        };
        responses: {
            /** @description Success */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CreatedApiToken"];
                };
            };
            /** @description No valid credential */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The account is deactivated, or the token may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The body did not arrive in time */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There are 100 tokens, or a session's cookie was sent from another site */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The body is of another type than application/json */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The input is refused; the details name each field */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too many requests; Retry-After says when to come again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description An internal error; the request id finds it in the log */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The database, an issuer's keys or another part does not answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    revokeApiToken: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done; nothing to say */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description No valid credential */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The account is deactivated, or the token may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is none with this id, or it is not yours */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The body did not arrive in time */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A session's cookie was sent from another site */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too many requests; Retry-After says when to come again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description An internal error; the request id finds it in the log */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The database, an issuer's keys or another part does not answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    showMessage: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                delivery: string;
                token: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            /** @description There is none with this id, or it is not yours */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                    "text/html": string;
                };
            };
            /** @description Too many requests; Retry-After says when to come again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                    "text/html": string;
                };
            };
            /** @description An internal error; the request id finds it in the log */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                    "text/html": string;
                };
            };
            /** @description The database, an issuer's keys or another part does not answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                    "text/html": string;
                };
            };
        };
    };
    listNotifications: {
        parameters: {
            query?: {
                /** @description Where to go on: x-next-cursor of the page before */
                cursor?: string;
                /** @description Most rows to answer; 50 when absent */
                limit?: number;
                /** @description Rows to skip; not together with cursor */
                offset?: number;
                /** @description Only what you have not read */
                unread?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    /** @description The next page as rel="next"; absent on the last one */
                    link?: string;
                    /** @description The cursor of the next page; absent on the last one */
                    "x-next-cursor"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Notification"][];
                };
            };
            /** @description No valid credential */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The account is deactivated, or the token may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The input is refused; the details name each field */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too many requests; Retry-After says when to come again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description An internal error; the request id finds it in the log */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The database, an issuer's keys or another part does not answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    listDeliveriesOfNotification: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeliveryState"][];
                };
            };
            /** @description No valid credential */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The account is deactivated, or the token may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is none with this id, or it is not yours */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too many requests; Retry-After says when to come again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description An internal error; the request id finds it in the log */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The database, an issuer's keys or another part does not answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    readNotification: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Notification"];
                };
            };
            /** @description No valid credential */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The account is deactivated, or the token may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is none with this id, or it is not yours */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The body did not arrive in time */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A session's cookie was sent from another site */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too many requests; Retry-After says when to come again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description An internal error; the request id finds it in the log */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The database, an issuer's keys or another part does not answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    countUnreadNotifications: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        unread_count: number;
                    };
                };
            };
            /** @description No valid credential */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The account is deactivated, or the token may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too many requests; Retry-After says when to come again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description An internal error; the request id finds it in the log */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The database, an issuer's keys or another part does not answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    followEbayLink: {
        parameters: {
            query?: {
                /** @description Where the link stood; absent: the header of this name says it */
                referer?: string;
            };
            header?: never;
            path: {
                listing_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Go on */
            307: {
                headers: {
                    /** @description Where to go on */
                    location: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description No valid credential */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The account is deactivated, or the token may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is no such listing, it is not eBay's, or it has no link */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The input is refused; the details name each field */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too many requests; Retry-After says when to come again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description An internal error; the request id finds it in the log */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The database, an issuer's keys or another part does not answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    listProviderRequests: {
        parameters: {
            query?: {
                /** @description Where to go on: x-next-cursor of the page before */
                cursor?: string;
                /** @description Most rows to answer; 50 when absent */
                limit?: number;
                /** @description Rows to skip; not together with cursor */
                offset?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    /** @description The next page as rel="next"; absent on the last one */
                    link?: string;
                    /** @description The cursor of the next page; absent on the last one */
                    "x-next-cursor"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProviderRequest"][];
                };
            };
            /** @description No valid credential */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The account is deactivated, or the token may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The input is refused; the details name each field */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too many requests; Retry-After says when to come again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description An internal error; the request id finds it in the log */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The database, an issuer's keys or another part does not answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    listAllProviderRequests: {
        parameters: {
            query?: {
                created_from?: string;
                created_to?: string;
                /** @description Where to go on: x-next-cursor of the page before */
                cursor?: string;
                /** @description Most rows to answer; 50 when absent */
                limit?: number;
                /** @description Rows to skip; not together with cursor */
                offset?: number;
                provider?: string;
                status_code_gte?: number;
                status_code_lte?: number;
                /** @description Calls made for this user alone */
                user_id?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    /** @description The next page as rel="next"; absent on the last one */
                    link?: string;
                    /** @description The cursor of the next page; absent on the last one */
                    "x-next-cursor"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AdminProviderRequest"][];
                };
            };
            /** @description No valid credential */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not an administrator, or the account is deactivated */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The input is refused; the details name each field */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too many requests; Retry-After says when to come again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description An internal error; the request id finds it in the log */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The database, an issuer's keys or another part does not answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    sumAllProviderRequests: {
        parameters: {
            query?: {
                created_from?: string;
                created_to?: string;
                provider?: string;
                status_code_gte?: number;
                status_code_lte?: number;
                /** @description Calls made for this user alone */
                user_id?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProviderRequestSummary"][];
                };
            };
            /** @description No valid credential */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not an administrator, or the account is deactivated */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The input is refused; the details name each field */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too many requests; Retry-After says when to come again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description An internal error; the request id finds it in the log */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The database, an issuer's keys or another part does not answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    sumProviderRequests: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProviderRequestSummary"][];
                };
            };
            /** @description No valid credential */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The account is deactivated, or the token may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too many requests; Retry-After says when to come again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description An internal error; the request id finds it in the log */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The database, an issuer's keys or another part does not answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    listProviders: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Provider"][];
                };
            };
            /** @description No valid credential */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The account is deactivated, or the token may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too many requests; Retry-After says when to come again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description An internal error; the request id finds it in the log */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The database, an issuer's keys or another part does not answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    searchOffers: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Search"];
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SearchAnswer"];
                };
            };
            /** @description No valid credential */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The account is deactivated, or the token may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The body did not arrive in time */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A session's cookie was sent from another site */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The body is of another type than application/json */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The input is refused; the details name each field */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too many requests; Retry-After says when to come again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description An internal error; the request id finds it in the log */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The database, an issuer's keys or another part does not answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    saveSearchAlert: {
        parameters: {
            query?: never;
            header?: {
                /** @description Sent again with the same body within 24 hours, the request answers what the first one did and makes nothing twice */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SaveAlert"];
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WatchRule"];
                };
            };
            /** @description No valid credential */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The account is deactivated, or the token may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The body did not arrive in time */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A session's cookie was sent from another site */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The body is of another type than application/json */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The input is refused; the details name each field */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too many requests; Retry-After says when to come again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description An internal error; the request id finds it in the log */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The database, an issuer's keys or another part does not answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    listSources: {
        parameters: {
            query?: {
                /** @description Where to go on: x-next-cursor of the page before */
                cursor?: string;
                /** @description Most rows to answer; 50 when absent */
                limit?: number;
                /** @description Rows to skip; not together with cursor */
                offset?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    /** @description The next page as rel="next"; absent on the last one */
                    link?: string;
                    /** @description The cursor of the next page; absent on the last one */
                    "x-next-cursor"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Source"][];
                };
            };
            /** @description No valid credential */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The account is deactivated, or the token may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The input is refused; the details name each field */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too many requests; Retry-After says when to come again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description An internal error; the request id finds it in the log */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The database, an issuer's keys or another part does not answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    addSource: {
        parameters: {
            query?: never;
            header?: {
                /** @description Sent again with the same body within 24 hours, the request answers what the first one did and makes nothing twice */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AddSource"];
            };
        };
        responses: {
            /** @description Success */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AddedSource"];
                };
            };
            /** @description No valid credential */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The account is deactivated, or the token may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The body did not arrive in time */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description You have it already, or as many as you may have */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The body is of another type than application/json */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The input is refused; the details name each field */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too many requests; Retry-After says when to come again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description An internal error; the request id finds it in the log */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The database, an issuer's keys or another part does not answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getSource: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Source"];
                };
            };
            /** @description No valid credential */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The account is deactivated, or the token may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is none with this id, or it is not yours */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too many requests; Retry-After says when to come again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description An internal error; the request id finds it in the log */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The database, an issuer's keys or another part does not answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    removeSource: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done; nothing to say */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description No valid credential */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The account is deactivated, or the token may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is none with this id, or it is not yours */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The body did not arrive in time */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A rule of yours names it */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too many requests; Retry-After says when to come again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description An internal error; the request id finds it in the log */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The database, an issuer's keys or another part does not answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    updateSource: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @enum {string} */
                    artist_from?: "vendor" | "title_quote" | "title_dash";
                    currency?: string | null;
                    name?: string;
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Source"];
                };
            };
            /** @description No valid credential */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The account is deactivated, or the token may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is none with this id, or it is not yours */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The body did not arrive in time */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Others have it too, so how it is read stays */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The body is of another type than application/json */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The input is refused; the details name each field */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too many requests; Retry-After says when to come again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description An internal error; the request id finds it in the log */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The database, an issuer's keys or another part does not answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    streamEvents: {
        parameters: {
            query?: {
                after?: "" | number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                };
            };
            /** @description No valid credential */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The account is deactivated, or the token may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The input is refused; the details name each field */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too many requests; Retry-After says when to come again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description An internal error; the request id finds it in the log */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The database, an issuer's keys or another part does not answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    showUnsubscribe: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                token: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        unsubscribed: boolean;
                    };
                    "text/html": string;
                };
            };
            /** @description There is none with this id, or it is not yours */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                    "text/html": string;
                };
            };
            /** @description Too many requests; Retry-After says when to come again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                    "text/html": string;
                };
            };
            /** @description An internal error; the request id finds it in the log */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                    "text/html": string;
                };
            };
            /** @description The database, an issuer's keys or another part does not answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                    "text/html": string;
                };
            };
        };
    };
    unsubscribe: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                token: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        unsubscribed: boolean;
                    };
                    "text/html": string;
                };
            };
            /** @description There is none with this id, or it is not yours */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                    "text/html": string;
                };
            };
            /** @description The body did not arrive in time */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                    "text/html": string;
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                    "text/html": string;
                };
            };
            /** @description Too many requests; Retry-After says when to come again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                    "text/html": string;
                };
            };
            /** @description An internal error; the request id finds it in the log */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                    "text/html": string;
                };
            };
            /** @description The database, an issuer's keys or another part does not answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                    "text/html": string;
                };
            };
        };
    };
    listWatchReleases: {
        parameters: {
            query?: {
                /** @description Where to go on: x-next-cursor of the page before */
                cursor?: string;
                /** @description Most rows to answer; 50 when absent */
                limit?: number;
                /** @description Rows to skip; not together with cursor */
                offset?: number;
                /** @description Only releases with a listing that this rule of yours matched */
                watch_rule_id?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    /** @description The next page as rel="next"; absent on the last one */
                    link?: string;
                    /** @description The cursor of the next page; absent on the last one */
                    "x-next-cursor"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WatchRelease"][];
                };
            };
            /** @description No valid credential */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The account is deactivated, or the token may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The input is refused; the details name each field */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too many requests; Retry-After says when to come again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description An internal error; the request id finds it in the log */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The database, an issuer's keys or another part does not answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    createWatchRelease: {
        parameters: {
            query?: never;
            header?: {
                /** @description Sent again with the same body within 24 hours, the request answers what the first one did and makes nothing twice */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    artist?: string | null;
                    currency?: string;
                    discogs_master_id?: number | null;
                    discogs_release_id: number;
                    /** @default true */
                    is_active?: boolean;
                    /**
                     * @default exact_release
                     * @enum {string}
                     */
                    match_mode?: "exact_release" | "master_release";
                    min_condition?: string | null;
                    target_price?: number | null;
                    title: string;
                    year?: number | null;
                };
            };
        };
        responses: {
            /** @description Success */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WatchRelease"];
                };
            };
            /** @description No valid credential */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The account is deactivated, or the token may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The body did not arrive in time */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description You watch this release, or this master, already */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The body is of another type than application/json */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The input is refused; the details name each field */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too many requests; Retry-After says when to come again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description An internal error; the request id finds it in the log */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The database, an issuer's keys or another part does not answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getWatchRelease: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WatchRelease"];
                };
            };
            /** @description No valid credential */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The account is deactivated, or the token may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is none with this id, or it is not yours */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too many requests; Retry-After says when to come again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description An internal error; the request id finds it in the log */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The database, an issuer's keys or another part does not answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    stopWatchRelease: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WatchRelease"];
                };
            };
            /** @description No valid credential */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The account is deactivated, or the token may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is none with this id, or it is not yours */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The body did not arrive in time */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A session's cookie was sent from another site */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too many requests; Retry-After says when to come again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description An internal error; the request id finds it in the log */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The database, an issuer's keys or another part does not answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    updateWatchRelease: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    artist?: string | null;
                    currency?: string;
                    discogs_master_id?: number | null;
                    discogs_release_id?: number;
                    is_active?: boolean;
                    /** @enum {string} */
                    match_mode?: "exact_release" | "master_release";
                    min_condition?: string | null;
                    target_price?: number | null;
                    title?: string;
                    year?: number | null;
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WatchRelease"];
                };
            };
            /** @description No valid credential */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The account is deactivated, or the token may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is none with this id, or it is not yours */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The body did not arrive in time */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description You watch this release, or this master, already */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The body is of another type than application/json */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The input is refused; the details name each field */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too many requests; Retry-After says when to come again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description An internal error; the request id finds it in the log */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The database, an issuer's keys or another part does not answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    listWatchRules: {
        parameters: {
            query?: {
                /** @description Where to go on: x-next-cursor of the page before */
                cursor?: string;
                /** @description Most rows to answer; 50 when absent */
                limit?: number;
                /** @description Rows to skip; not together with cursor */
                offset?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    /** @description The next page as rel="next"; absent on the last one */
                    link?: string;
                    /** @description The cursor of the next page; absent on the last one */
                    "x-next-cursor"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WatchRule"][];
                };
            };
            /** @description No valid credential */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The account is deactivated, or the token may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The input is refused; the details name each field */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too many requests; Retry-After says when to come again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description An internal error; the request id finds it in the log */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The database, an issuer's keys or another part does not answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    createWatchRule: {
        parameters: {
            query?: never;
            header?: {
                /** @description Sent again with the same body within 24 hours, the request answers what the first one did and makes nothing twice */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    alerts?: {
                        drop_percent?: number | null;
                        first_run?: ("none" | "top" | "all") | null;
                        remind_after_days?: number | null;
                    } | null;
                    /** @default true */
                    is_active?: boolean;
                    name: string;
                    /** @default 600 */
                    poll_interval_seconds?: number;
                    query: {
                        any_keywords?: string[] | null;
                        currency?: string | null;
                        exclude_keywords?: string[] | null;
                        formats?: string[] | null;
                        keywords?: string[] | null;
                        marketplaces?: string[] | null;
                        max_price?: number | null;
                        min_condition?: string | null;
                        min_price?: number | null;
                        q?: string | null;
                        sources?: string[];
                        ungraded?: ("exclude" | "include") | null;
                    };
                };
            };
        };
        responses: {
            /** @description Success */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WatchRule"];
                };
            };
            /** @description No valid credential */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The account is deactivated, or the token may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The body did not arrive in time */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A session's cookie was sent from another site */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The body is of another type than application/json */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The input is refused; the details name each field */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too many requests; Retry-After says when to come again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description An internal error; the request id finds it in the log */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The database, an issuer's keys or another part does not answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getWatchRule: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WatchRule"];
                };
            };
            /** @description No valid credential */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The account is deactivated, or the token may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is none with this id, or it is not yours */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too many requests; Retry-After says when to come again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description An internal error; the request id finds it in the log */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The database, an issuer's keys or another part does not answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    stopWatchRule: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WatchRule"];
                };
            };
            /** @description No valid credential */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The account is deactivated, or the token may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is none with this id, or it is not yours */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The body did not arrive in time */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A session's cookie was sent from another site */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too many requests; Retry-After says when to come again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description An internal error; the request id finds it in the log */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The database, an issuer's keys or another part does not answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    updateWatchRule: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    alerts?: {
                        drop_percent?: number | null;
                        first_run?: ("none" | "top" | "all") | null;
                        remind_after_days?: number | null;
                    } | null;
                    is_active?: boolean;
                    name?: string;
                    poll_interval_seconds?: number;
                    query?: {
                        any_keywords?: string[] | null;
                        currency?: string | null;
                        exclude_keywords?: string[] | null;
                        formats?: string[] | null;
                        keywords?: string[] | null;
                        marketplaces?: string[] | null;
                        max_price?: number | null;
                        min_condition?: string | null;
                        min_price?: number | null;
                        q?: string | null;
                        sources?: string[];
                        ungraded?: ("exclude" | "include") | null;
                    };
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WatchRule"];
                };
            };
            /** @description No valid credential */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The account is deactivated, or the token may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is none with this id, or it is not yours */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The body did not arrive in time */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A session's cookie was sent from another site */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The body is of another type than application/json */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The input is refused; the details name each field */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too many requests; Retry-After says when to come again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description An internal error; the request id finds it in the log */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The database, an issuer's keys or another part does not answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    disableWatchRule: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WatchRule"];
                };
            };
            /** @description No valid credential */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The account is deactivated, or the token may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is none with this id, or it is not yours */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The body did not arrive in time */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A session's cookie was sent from another site */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too many requests; Retry-After says when to come again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description An internal error; the request id finds it in the log */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The database, an issuer's keys or another part does not answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    deleteWatchRule: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done; nothing to say */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description No valid credential */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The account is deactivated, or the token may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is none with this id, or it is not yours */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The body did not arrive in time */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A session's cookie was sent from another site */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too many requests; Retry-After says when to come again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description An internal error; the request id finds it in the log */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The database, an issuer's keys or another part does not answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    runWatchRule: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RuleRun"];
                };
            };
            /** @description No valid credential */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The account is deactivated, or the token may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is none with this id, or it is not yours */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The body did not arrive in time */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description It is stopped, a worker is searching for it now, or its provider is disabled or left alone after failures */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too many requests; Retry-After says when to come again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description An internal error; the request id finds it in the log */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The provider failed */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The database, an issuer's keys or another part does not answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    answerEbayChallenge: {
        parameters: {
            query: {
                /** @description Chosen by eBay, new each time */
                challenge_code: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EbayChallengeAnswer"];
                };
            };
            /** @description The operator has not set EBAY_VERIFICATION_TOKEN */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The input is refused; the details name each field */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too many requests; Retry-After says when to come again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description An internal error; the request id finds it in the log */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The database, an issuer's keys or another part does not answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    receiveEbayAccountDeletion: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["EbayAccountDeletion"];
            };
        };
        responses: {
            /** @description Done; nothing to say */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The operator has not set EBAY_VERIFICATION_TOKEN */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The body did not arrive in time */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description eBay did not sign this body */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The body is of another type than application/json */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The input is refused; the details name each field */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too many requests; Retry-After says when to come again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description An internal error; the request id finds it in the log */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The database, an issuer's keys or another part does not answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    showDocs: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            /** @description An internal error; the request id finds it in the log */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The database, an issuer's keys or another part does not answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getDocsAsset: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                asset: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/css": string;
                    "text/javascript": string;
                };
            };
            /** @description There is none with this id, or it is not yours */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description An internal error; the request id finds it in the log */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The database, an issuer's keys or another part does not answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getHealth: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description An internal error; the request id finds it in the log */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The database, an issuer's keys or another part does not answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getMetrics: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            /** @description The token is missing or wrong */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description No token is configured, and the caller is another machine */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description An internal error; the request id finds it in the log */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The database, an issuer's keys or another part does not answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getApiDocument: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        openapi: string;
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description An internal error; the request id finds it in the log */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The database, an issuer's keys or another part does not answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getReadiness: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        checks: {
                            db: {
                                reason?: string;
                                /** @enum {string} */
                                status: "ok" | "failed" | "skipped";
                            };
                            queue: {
                                reason?: string;
                                /** @enum {string} */
                                status: "ok" | "failed" | "skipped";
                            };
                        };
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description An internal error; the request id finds it in the log */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The database, an issuer's keys or another part does not answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
}
