package sidecar.address;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** What {@code X-Forwarded-For} tells, read from its end: every proxy appends whom it was spoken to by. Pure functions. */
public final class ForwardedFor {

    private ForwardedFor() {}

    /**
     * The address of the one who spoke to the outermost trusted proxy. Everything further to the left anybody may have made up.
     *
     * @param peer the other end of the connection
     * @param lines the header's values, in their order
     * @return empty when the peer is none of the trusted
     */
    public static Optional<InetAddress> client(InetAddress peer, List<String> lines, List<AddressRange> trusted) {
        if (!isTrusted(peer, trusted)) {
            return Optional.empty();
        }
        List<String> hops = new ArrayList<>();
        lines.forEach(line -> hops.addAll(Arrays.asList(line.split(",", -1))));
        InetAddress known = peer;
        for (int i = hops.size() - 1; i >= 0; i--) {
            Optional<InetAddress> hop = AddressRange.peer(bare(hops.get(i).strip()));
            if (hop.isEmpty()) {
                return Optional.of(known);
            }
            known = hop.get();
            if (!isTrusted(known, trusted)) {
                return hop;
            }
        }
        return Optional.of(known);
    }

    private static boolean isTrusted(InetAddress address, List<AddressRange> trusted) {
        return trusted.stream().anyMatch(range -> range.holds(address));
    }

    /** Some add the port: {@code 192.0.2.1:4711}, {@code [2001:db8::1]:4711}. */
    private static String bare(String hop) {
        if (hop.startsWith("[")) {
            int end = hop.indexOf(']');
            return end < 0 ? hop : hop.substring(1, end);
        }
        int colon = hop.indexOf(':');
        return colon >= 0 && colon == hop.lastIndexOf(':') ? hop.substring(0, colon) : hop;
    }
}
