package sidecar.address;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;

/** One address, or all that begin alike: {@code 10.0.0.0/8}, {@code fd00::/8}, {@code 192.0.2.7}. Immutable; looks nothing up. */
public final class AddressRange {

    private static final Pattern V4 = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");
    private static final Pattern V6 = Pattern.compile("[0-9A-Fa-f.]*:[0-9A-Fa-f:.]*");
    private static final int V6_BYTES = 16;
    private static final Pattern BITS = Pattern.compile("\\d{1,3}");

    private final byte[] prefix;
    private final int bits;
    private final String text;

    private AddressRange(byte[] prefix, int bits, String text) {
        this.prefix = prefix;
        this.bits = bits;
        this.text = text;
    }

    /** The range that a text in CIDR form means, or the single address; empty for anything else, host names too. */
    public static Optional<AddressRange> parse(String text) {
        int slash = text.indexOf('/');
        String digits = slash < 0 ? "" : text.substring(slash + 1);
        if (slash >= 0 && !BITS.matcher(digits).matches()) {
            return Optional.empty();
        }
        return literal(slash < 0 ? text : text.substring(0, slash)).flatMap(address -> {
            byte[] bytes = address.getAddress();
            int bits = slash < 0 ? bytes.length * 8 : Integer.parseInt(digits);
            return bits > bytes.length * 8 ? Optional.empty() : Optional.of(new AddressRange(bytes, bits, text));
        });
    }

    /** A range that is written in the program. */
    public static AddressRange of(String text) {
        return parse(text).orElseThrow(() -> new IllegalArgumentException(text + " is not a range of addresses"));
    }

    /** The address that a text is; an IPv4 one also where it is written as IPv6 ({@code ::ffff:10.0.0.1}); empty for a name. */
    public static Optional<InetAddress> literal(String text) {
        if (!V4.matcher(text).matches() && !V6.matcher(text).matches()) {
            return Optional.empty();
        }
        try {
            // with these characters only, nothing is looked up
            return Optional.of(InetAddress.getByName(text));
        } catch (UnknownHostException malformed) {
            return Optional.empty();
        }
    }

    /** As {@link #literal}, of an end of a connection: the system names the interface with a link-local one ({@code fe80::1%eth0}). */
    public static Optional<InetAddress> peer(String text) {
        int zone = text.indexOf('%');
        return literal(zone < 0 ? text : text.substring(0, zone));
    }

    /**
     * What one caller is counted by: an IPv4 address, or the /64 network of an IPv6 one, all of whose addresses are one
     * subscriber's to choose from. Another text stays what it is.
     */
    public static String subscriber(String peer) {
        Optional<byte[]> six = peer(peer).map(InetAddress::getAddress).filter(bytes -> bytes.length == V6_BYTES);
        return six.map(bytes -> HexFormat.of().formatHex(bytes, 0, V6_BYTES / 2) + "/64")
                .orElseGet(() -> peer(peer).map(InetAddress::getHostAddress).orElse(peer));
    }

    public boolean holds(InetAddress address) {
        return holds(address.getAddress());
    }

    /** As {@link #holds(InetAddress)}, with 4 or 16 bytes; ranges of the other kind hold none of them. */
    public boolean holds(byte[] address) {
        if (address.length != prefix.length) {
            return false;
        }
        int whole = bits / 8;
        int rest = bits % 8;
        return Arrays.equals(address, 0, whole, prefix, 0, whole)
                && (rest == 0 || ((address[whole] ^ prefix[whole]) & (0xff << (8 - rest)) & 0xff) == 0);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof AddressRange range && text.equals(range.text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    /** As it was written. */
    @Override
    public String toString() {
        return text;
    }
}
