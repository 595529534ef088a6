package sidecar.bench;

import java.net.URI;
import java.security.SecureRandom;
import java.util.HexFormat;

/** Keys and tokens of one run, and the address of a gateway that is not ours. */
final class Secrets {

    private static final SecureRandom RANDOM = new SecureRandom();

    private Secrets() {}

    /** A new secret that begins like that. */
    static String fresh(String start) {
        byte[] bytes = new byte[16];
        RANDOM.nextBytes(bytes);
        return start + HexFormat.of().formatHex(bytes);
    }

    /** The running gateway of {@code --url}. */
    static Gateway gatewayAt(String url, String adminToken) {
        URI uri = URI.create(url);
        if (!"http".equals(uri.getScheme()) || uri.getHost() == null) {
            throw new IllegalArgumentException("--url must be like http://127.0.0.1:9190, was " + url);
        }
        return new Gateway(uri.getHost(), uri.getPort() < 0 ? 80 : uri.getPort(), adminToken);
    }
}
