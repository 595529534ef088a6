package sidecar.provider;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import sidecar.json.ParsedText;

/**
 * A provider's base URL, as far as it is the same for all requests.
 *
 * @param base trimmed, scheme and host in lower case, without trailing slashes, query, and an endpoint after a version
 * @param query raw, what every request has; empty for none
 */
public record UpstreamUrl(URI base, String query) {

    private static final int MAX_LENGTH = 2048;
    private static final int MAX_PORT = 65_535;

    /** Names under which clouds serve the credentials of the machine itself. */
    private static final Set<String> METADATA_NAMES = Set.of(
            "metadata.google.internal", "metadata.goog", "metadata", "instance-data", "instance-data.ec2.internal");

    private static final Pattern DOTTED_QUAD =
            Pattern.compile("(?:(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])(?:\\.(?!$)|$)){4}");

    /** Such as {@code v1} in {@code /v1/openai}: what follows it is known, so nothing is missing. */
    private static final Pattern VERSION = Pattern.compile("/[vV][0-9][^/]*");

    /** Azure's two, which have their version in the query. */
    private static final Pattern DEPLOYMENT = Pattern.compile("/deployments/[^/]+|^/models$");

    /** What people paste from a vendor's example of a request. */
    private static final Pattern ENDPOINT = Pattern.compile(
            "/(?:chat/completions|completions|embeddings|messages|responses|models|rerank|moderations|images/generations"
                    + "|audio/(?:speech|transcriptions|translations))$");

    /** Names of parameters under which vendors take a key: there it would be shown, logged, and sent along. */
    private static final Pattern KEY_PARAMETER =
            Pattern.compile("(?i)(?:^|&)(?:[^=&]*(?:key|token|secret|password|signature)|sig|auth|code)=");

    private static final String UNVERSIONED = "/v1";

    /** A last label like this makes resolvers read the name as a number in some notation. */
    private static final Pattern NUMERIC_LABEL = Pattern.compile("[0-9]+|0[xX][0-9A-Fa-f]*");

    /** Reads what an operator entered. Looks nothing up: its addresses are still to be checked (see {@link UpstreamAddressRules}). */
    public static ParsedText<UpstreamUrl> parse(String text) {
        String stripped = text.strip();
        if (stripped.length() > MAX_LENGTH) {
            return new ParsedText.Faulty<>("must have at most " + MAX_LENGTH + " characters");
        }
        if (!stripped.chars().allMatch(c -> c > ' ' && c < 0x7f && c != '\\')) {
            return new ParsedText.Faulty<>("must be plain ASCII without spaces, backslashes or control characters");
        }
        try {
            return check(new URI(stripped));
        } catch (URISyntaxException e) {
            return new ParsedText.Faulty<>("is not a URL");
        }
    }

    private static ParsedText<UpstreamUrl> check(URI uri) {
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        if (!scheme.equals("http") && !scheme.equals("https")) {
            return new ParsedText.Faulty<>("must begin with http:// or https://");
        }
        String authority = uri.getRawAuthority() == null ? "" : uri.getRawAuthority();
        if (uri.getRawUserInfo() != null || authority.contains("@")) {
            return new ParsedText.Faulty<>("must not contain a user name or password");
        }
        if (uri.getRawFragment() != null) {
            return new ParsedText.Faulty<>("must not have a fragment");
        }
        if (uri.getRawQuery() != null
                && KEY_PARAMETER.matcher(uri.getRawQuery()).find()) {
            return new ParsedText.Faulty<>("must not have a key in its query: enter it as api_key");
        }
        if (uri.getHost() == null || authority.endsWith(":")) {
            return new ParsedText.Faulty<>("must have a host name or address, and a port only as a number");
        }
        if (uri.getPort() == 0 || uri.getPort() > MAX_PORT) {
            return new ParsedText.Faulty<>("must have a port from 1 to " + MAX_PORT);
        }
        String path = uri.getRawPath();
        if (path.contains(";") || path.matches("(?i).*/(\\.|%2e){1,2}(/.*|$)") || path.matches("(?i).*%(00|2f|5c).*")) {
            return new ParsedText.Faulty<>("must not have dot segments, path parameters or encoded slashes");
        }
        return host(scheme, uri);
    }

    private static ParsedText<UpstreamUrl> host(String scheme, URI uri) {
        String host = canonical(uri.getHost());
        if (isMetadataName(host)) {
            return new ParsedText.Faulty<>("must not name a cloud's metadata service");
        }
        if (host.startsWith("[")) {
            if (host.contains("%") || isIpv4InDisguise(host)) {
                return new ParsedText.Faulty<>("must not have a zone or an IPv4 address inside an IPv6 one");
            }
        } else if (!DOTTED_QUAD.matcher(host).matches()
                && NUMERIC_LABEL
                        .matcher(host.substring(host.lastIndexOf('.') + 1))
                        .matches()) {
            return new ParsedText.Faulty<>("must write an IPv4 address as four decimal numbers");
        }
        String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
        String path = withoutEndpoint(uri.getRawPath().replaceFirst("/+$", ""));
        String query = uri.getRawQuery() == null ? "" : uri.getRawQuery();
        return new ParsedText.Valid<>(new UpstreamUrl(URI.create(scheme + "://" + host + port + path), query));
    }

    /** What comes before an endpoint, if that says where the others are; else the endpoint stays, to tell that nothing is missing. */
    private static String withoutEndpoint(String path) {
        String stem = ENDPOINT.matcher(path).replaceFirst("");
        return isWhole(stem) ? stem : path;
    }

    /** Whether only what follows {@code /v1} of a request belongs behind that path. */
    private static boolean isWhole(String path) {
        return VERSION.matcher(path).find() || DEPLOYMENT.matcher(path).find();
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
     * The target for a path. A base that holds a version, or ends with an endpoint, is followed by what follows {@code /v1}
     * of the request; any other by all of it.
     *
     * @param path begins with {@code /v1/}, or leads elsewhere on the same base
     * @param more raw, without the question mark; empty for none. It wins over parameters of that name in the base
     */
    public URI join(String path, String more) {
        String own = base.getRawPath();
        String stem = isWhole(own) ? own : ENDPOINT.matcher(own).replaceFirst("");
        boolean whole = isWhole(own) || !stem.equals(own);
        String root = base.toString().substring(0, base.toString().length() - own.length() + stem.length());
        String target;
        if (path.startsWith(UNVERSIONED + "/")) {
            target = root + (whole ? path.substring(UNVERSIONED.length()) : path);
        } else {
            // not of the API: beside it
            target = (root.endsWith(UNVERSIONED) ? root.substring(0, root.length() - UNVERSIONED.length()) : root)
                    + path;
        }
        String all = merged(more);
        return URI.create(target + (all.isEmpty() ? "" : "?" + all));
    }

    private String merged(String more) {
        if (query.isEmpty() || more.isEmpty()) {
            return query + more;
        }
        Set<String> given =
                Arrays.stream(more.split("&", -1)).map(UpstreamUrl::parameter).collect(Collectors.toSet());
        return Stream.concat(
                        Arrays.stream(query.split("&", -1)).filter(own -> !given.contains(parameter(own))),
                        Stream.of(more))
                .collect(Collectors.joining("&"));
    }

    private static String parameter(String pair) {
        return pair.substring(0, pair.indexOf('=') < 0 ? pair.length() : pair.indexOf('='));
    }

    /** Where a provider of that protocol is asked for a chat: what operators can compare with their vendor's documentation. */
    public String chatUrl(ApiProtocol api) {
        return join(api.chatPath(), "").toString();
    }

    /** The endpoint at the end of what an operator entered, which is not called as it stands; empty where there is none. */
    public static Optional<String> endpoint(String text) {
        Matcher end = ENDPOINT.matcher(text.strip().replaceFirst("[?].*", "").replaceFirst("/+$", ""));
        return end.find() ? Optional.of(end.group()) : Optional.empty();
    }

    @Override
    public String toString() {
        return base + (query.isEmpty() ? "" : "?" + query);
    }
}
