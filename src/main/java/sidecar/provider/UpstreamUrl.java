package sidecar.provider;

import java.net.URI;

/**
 * A provider's base URL.
 *
 * @param base as entered, trimmed, without trailing slashes
 */
public record UpstreamUrl(URI base) {

    /** Scheme, host and port. The port is always given. */
    public String origin() {
        return base.getScheme() + "://" + base.getHost() + ":" + port();
    }

    public String host() {
        return base.getHost();
    }

    /** The port, also where the URL leaves it to the scheme. */
    public int port() {
        return base.getPort() >= 0 ? base.getPort() : base.getScheme().equals("https") ? 443 : 80;
    }

    /**
     * The target for a client's path. {@code /v1} never doubles: the base may end with it or not.
     *
     * @param path begins with {@code /v1/}
     * @param query raw, without the question mark; empty for none
     */
    public URI join(String path, String query) {
        String stem = base.toString();
        String tail = stem.endsWith("/v1") ? path.substring("/v1".length()) : path;
        return URI.create(stem + tail + (query.isEmpty() ? "" : "?" + query));
    }
}
