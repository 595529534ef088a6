package sidecar.address;

import java.net.InetAddress;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Where a request was sent to, and which web page sent it, in a browser's own words, which no page can change. Immutable.
 *
 * @param host the {@code Host} header; empty when there is none
 * @param origin the {@code Origin} header; browsers send it with everything but plain reads
 * @param fetchSite the {@code Sec-Fetch-Site} header; browsers send it to localhost and over TLS
 */
public record RequestOrigin(String host, Optional<String> origin, Optional<String> fetchSite) {

    private static final Pattern PORT = Pattern.compile(":\\d{1,5}$");
    private static final Pattern BRACKETS = Pattern.compile("^\\[(.*)]$");

    /**
     * Whether it was sent to a name that nobody else can point at this machine: a page of {@code evil.example} reaches us
     * under that name once its DNS says 127.0.0.1 (DNS rebinding).
     *
     * @param localAddress the address that the connection was made to
     * @param names further ones, without port
     */
    public boolean namesListener(String localAddress, List<String> names) {
        String name = name();
        if (name.equals("localhost") || names.stream().anyMatch(name::equalsIgnoreCase)) {
            return true;
        }
        Optional<InetAddress> named = AddressRange.literal(name);
        return named.filter(InetAddress::isLoopbackAddress).isPresent()
                || (named.isPresent() && named.equals(AddressRange.peer(localAddress)));
    }

    /** The name or address without port and brackets. */
    private String name() {
        String name = PORT.matcher(host).replaceFirst("");
        return BRACKETS.matcher(name).replaceFirst("$1").toLowerCase(Locale.ROOT);
    }

    /**
     * Whether a page of another origin sent it, which is none of these.
     *
     * @param allowed origins such as {@code https://chat.example}
     */
    public boolean isForeign(List<String> allowed) {
        if (origin.isPresent()) {
            return !isOneOf(allowed) && (!isOwn() || isCrossSite());
        }
        return isCrossSite();
    }

    /** Whether the page that sent it has one of these origins. */
    public boolean isOneOf(List<String> allowed) {
        return origin.filter(sender -> allowed.stream().anyMatch(sender::equalsIgnoreCase))
                .isPresent();
    }

    /** Whether one of our own pages sent it, or no page at all. */
    public boolean isSameOrigin() {
        return fetchSite
                .map(site -> site.equals("same-origin") || site.equals("none"))
                .orElseGet(() -> origin.isEmpty() || isOwn());
    }

    private boolean isOwn() {
        String sender = origin.orElse("");
        int authority = sender.indexOf("://");
        return authority >= 0 && sender.substring(authority + 3).equalsIgnoreCase(host);
    }

    private boolean isCrossSite() {
        return fetchSite.filter("cross-site"::equals).isPresent();
    }
}
