package sidecar.client;

/**
 * What decides about a request while no client token exists. Immutable.
 *
 * @param allowed whether it may come from anywhere (SIDECAR_ALLOW_OPEN)
 * @param local whether the other end of the connection is this machine, and no header says that somebody else is behind it
 * @param ownHost whether it was sent to this machine by a name that nobody else can claim
 * @param foreignOrigin whether a web page sent it that is neither ours nor one of {@code cors_origins}
 */
public record AnonymousAccess(boolean allowed, boolean local, boolean ownHost, boolean foreignOrigin) {

    /** Lets in what a program on this machine sent, and no page that a browser on it happens to show. */
    ClientTokens.AccessDecision decision() {
        if (!local && !allowed) {
            return new ClientTokens.AccessDecision.Denied(
                    ClientTokens.DenialReason.UNKNOWN,
                    "No client token exists, and without one only programs on Sidecar's own machine may call. Make one"
                            + " (console, Clients; or POST /api/admin/clients; or SIDECAR_CLIENT_TOKEN) and send it as"
                            + " 'Authorization: Bearer …'.");
        }
        if (!ownHost) {
            return new ClientTokens.AccessDecision.Denied(
                    ClientTokens.DenialReason.FOREIGN_HOST,
                    "Without a client token, Sidecar answers to localhost and to the address that it listens on only."
                            + " Name this host in allowed_hosts, or make a client token and send it.");
        }
        return foreignOrigin
                ? new ClientTokens.AccessDecision.Denied(
                        ClientTokens.DenialReason.FOREIGN_ORIGIN,
                        "Without a client token, pages of other origins may not call. Name this page's origin in"
                                + " cors_origins, or make a client token and send it.")
                : new ClientTokens.AccessDecision.Allowed(ClientToken.OPEN);
    }
}
