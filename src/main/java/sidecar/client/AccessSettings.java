package sidecar.client;

import java.util.List;

/**
 * What an operator says about callers without a client token, and about web pages.
 *
 * @param allowOpen whether machines other than this one may use the open mode
 * @param allowedHosts names, besides localhost and the listener's address, that the open mode answers to
 * @param corsOrigins origins of web pages that may use {@code /v1}
 */
public record AccessSettings(boolean allowOpen, List<String> allowedHosts, List<String> corsOrigins) {

    public AccessSettings {
        allowedHosts = List.copyOf(allowedHosts);
        corsOrigins = List.copyOf(corsOrigins);
    }
}
