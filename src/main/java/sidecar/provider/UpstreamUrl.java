package sidecar.provider;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A provider's base URL.
 *
 * @param base trimmed, scheme and host in lower case, without trailing slashes
 */
public record UpstreamUrl(URI base) {

    private static final int MAX_LENGTH = 2048;
    private static final int MAX_PORT = 65_535;

    /** Names under which clouds serve the credentials of the machine itself. */
    private static final Set<String> METADATA_NAMES = Set.of(
            "metadata.google.internal", "metadata.goog", "metadata", "instance-data", "instance-data.ec2.internal");

    private static final Pattern DOTTED_QUAD =
            Pattern.compile("(?:(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])(?:\\.(?!$)|$)){4}");

    /** A last label like this makes resolvers read the name as a number in some notation. */
    private static final Pattern NUMERIC_LABEL = Pattern.compile("[0-9]+|0[xX][0-9A-Fa-f]*");

    /** A text is a base URL, or it breaks a rule. */
    public sealed interface Parsed {
        /** A base URL whose addresses are still to be checked (see {@link AddressRules}). */
        record Good(UpstreamUrl url) implements Parsed {}

        /**
         * Not a base URL.
         *
         * @param rule completes "api_base_url …"
         */
        record Bad(String rule) implements Parsed {}
    }

    /** Reads what an operator entered. Looks nothing up. */
    public static Parsed parse(String text) {
        String stripped = text.strip();
        if (stripped.length() > MAX_LENGTH) {
            return new Parsed.Bad("must have at most " + MAX_LENGTH + " characters");
        }
        if (!stripped.chars().allMatch(c -> c > ' ' && c < 0x7f && c != '\\')) {
            return new Parsed.Bad("must be plain ASCII without spaces, backslashes or control characters");
        }
        try {
            return check(new URI(stripped));
        } catch (URISyntaxException e) {
            return new Parsed.Bad("is not a URL");
        }
    }

    private static Parsed check(URI uri) {
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        if (!scheme.equals("http") && !scheme.equals("https")) {
            return new Parsed.Bad("must begin with http:// or https://");
        }
        String authority = uri.getRawAuthority() == null ? "" : uri.getRawAuthority();
        if (uri.getRawUserInfo() != null || authority.contains("@")) {
            return new Parsed.Bad("must not contain a user name or password");
        }
        if (uri.getRawQuery() != null || uri.getRawFragment() != null) {
            return new Parsed.Bad("must not have a query or fragment");
        }
        if (uri.getHost() == null || authority.endsWith(":")) {
            return new Parsed.Bad("must have a host name or address, and a port only as a number");
        }
        if (uri.getPort() == 0 || uri.getPort() > MAX_PORT) {
            return new Parsed.Bad("must have a port from 1 to " + MAX_PORT);
        }
        String path = uri.getRawPath();
        if (path.contains(";") || path.matches("(?i).*/(\\.|%2e){1,2}(/.*|$)") || path.matches("(?i).*%(00|2f|5c).*")) {
            return new Parsed.Bad("must not have dot segments, path parameters or encoded slashes");
        }
        return host(scheme, uri);
    }

    private static Parsed host(String scheme, URI uri) {
        String host = canonical(uri.getHost());
        if (isMetadataName(host)) {
            return new Parsed.Bad("must not name a cloud's metadata service");
        }
        if (host.startsWith("[")) {
            if (host.contains("%") || isIpv4InDisguise(host)) {
                return new Parsed.Bad("must not have a zone or an IPv4 address inside an IPv6 one");
            }
        } else if (!DOTTED_QUAD.matcher(host).matches()
                && NUMERIC_LABEL
                        .matcher(host.substring(host.lastIndexOf('.') + 1))
                        .matches()) {
            return new Parsed.Bad("must write an IPv4 address as four decimal numbers");
        }
        String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
        String path = uri.getRawPath().replaceFirst("/+$", "");
        return new Parsed.Good(new UpstreamUrl(URI.create(scheme + "://" + host + port + path)));
    }

    /** Whether a cloud serves the credentials of the machine itself under that name. */
    public static boolean isMetadataName(String host) {
        return METADATA_NAMES.contains(canonical(host));
    }

    /** A name with a dot at its end is the same name. */
    private static String canonical(String host) {
        String lower = host.toLowerCase(Locale.ROOT);
        return lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
    }

    private static boolean isIpv4InDisguise(String literal) {
        try {
            // A literal is never looked up; Java turns IPv4-mapped ones into IPv4, where the disguise is gone.
            return InetAddress.getByName(literal) instanceof Inet4Address;
        } catch (UnknownHostException e) {
            return true;
        }
    }

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
     * The target for a path. {@code /v1} never doubles: the base may end with it or not.
     *
     * @param path begins with {@code /v1/}, or leads elsewhere on the same base
     * @param query raw, without the question mark; empty for none
     */
    public URI join(String path, String query) {
        String stem = base.toString();
        String root = stem.endsWith("/v1") ? stem.substring(0, stem.length() - "/v1".length()) : stem;
        return URI.create(root + path + (query.isEmpty() ? "" : "?" + query));
    }

    @Override
    public String toString() {
        return base.toString();
    }
}
