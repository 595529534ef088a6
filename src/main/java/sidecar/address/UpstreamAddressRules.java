package sidecar.address;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/**
 * Which addresses a provider may be at. Asked at save for every address a host resolves to, and again for the address
 * that is connected to. Callable from any thread; looks nothing up.
 */
public final class UpstreamAddressRules {

    private record Block(AddressRange range, String reason) {
        static Block of(String range, String reason) {
            return new Block(AddressRange.of(range), reason);
        }
    }

    private static final List<Block> NEVER = List.of(
            Block.of("100.100.100.200/32", "a cloud metadata address"),
            Block.of("169.254.169.254/32", "a cloud metadata address"),
            Block.of("168.63.129.16/32", "a cloud metadata address"),
            Block.of("fd00:ec2::/64", "a cloud metadata address"),
            Block.of("fd20:ce::254/128", "a cloud metadata address"),
            Block.of("fd00:42::42/128", "a cloud metadata address"),
            Block.of("192.0.0.0/24", "a reserved address"),
            Block.of("169.254.0.0/16", "a link-local address"),
            Block.of("fe80::/10", "a link-local address"),
            Block.of("0.0.0.0/8", "an unspecified address"),
            Block.of("224.0.0.0/4", "a multicast address"),
            Block.of("ff00::/8", "a multicast address"),
            Block.of("240.0.0.0/4", "a reserved or broadcast address"),
            Block.of("::ffff:0:0:0/96", "an IPv4 address in IPv6 disguise"),
            Block.of("64:ff9b::/96", "an IPv4 address in NAT64 disguise"),
            Block.of("64:ff9b:1::/48", "an IPv4 address in NAT64 disguise"),
            Block.of("2002::/16", "an IPv4 address in 6to4 disguise"),
            Block.of("2001::/32", "an IPv4 address in Teredo disguise"));

    private static final List<Block> PRIVATE = List.of(
            Block.of("127.0.0.0/8", "a loopback address"),
            Block.of("::1/128", "a loopback address"),
            Block.of("10.0.0.0/8", "a private address"),
            Block.of("172.16.0.0/12", "a private address"),
            Block.of("192.168.0.0/16", "a private address"),
            Block.of("100.64.0.0/10", "a private (carrier NAT) address"),
            Block.of("198.18.0.0/15", "a private (test network) address"),
            Block.of("fc00::/7", "a private address"),
            Block.of("fec0::/10", "a private (site-local) address"));

    /** {@code ::/96} and {@code ::ffff:0:0/96}: the first ten bytes are zero, and so are or are not the next two. */
    private static final int EMBEDDED_FROM = 12;

    /** The bit by which an interface identifier of ISATAP's, 0:5efe and an IPv4 address, calls that one global. */
    private static final int ISATAP_GLOBAL = 0x02;

    private UpstreamAddressRules() {}

    /**
     * Why {@code address} must not be spoken to, such as "a link-local address"; empty when it may.
     *
     * @param allowPrivate whether loopback and private ranges are allowed; nothing else is ever allowed by it
     */
    public static Optional<String> refusal(InetAddress address, boolean allowPrivate) {
        byte[] bytes = address.getAddress();
        if (bytes.length == 16) {
            Optional<String> embedded = embedded(bytes);
            if (embedded.isPresent()) {
                return embedded;
            }
        }
        Optional<String> never = find(NEVER, bytes);
        return never.isPresent() || allowPrivate ? never : find(PRIVATE, bytes);
    }

    private static Optional<String> embedded(byte[] bytes) {
        if ((bytes[8] & ~ISATAP_GLOBAL) == 0 && bytes[9] == 0 && bytes[10] == 0x5e && bytes[11] == (byte) 0xfe) {
            return Optional.of("an IPv4 address in ISATAP disguise");
        }
        if (!isZero(bytes, 0, 10)) {
            return Optional.empty();
        }
        if (bytes[10] == (byte) 0xff && bytes[11] == (byte) 0xff) {
            return Optional.of("an IPv4 address in IPv6 disguise");
        }
        if (!isZero(bytes, 10, EMBEDDED_FROM) || (isZero(bytes, EMBEDDED_FROM, 15) && bytes[15] == 1)) {
            return Optional.empty();
        }
        return Optional.of(
                isZero(bytes, EMBEDDED_FROM, 16) ? "an unspecified address" : "an IPv4 address in IPv6 disguise");
    }

    private static boolean isZero(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            if (bytes[i] != 0) {
                return false;
            }
        }
        return true;
    }

    private static Optional<String> find(List<Block> blocks, byte[] address) {
        return blocks.stream()
                .filter(b -> b.range().holds(address))
                .map(Block::reason)
                .findFirst();
    }
}
