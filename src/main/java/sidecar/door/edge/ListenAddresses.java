package sidecar.door.edge;

import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.ConfigProvider;

/**
 * Where the server was told to listen ({@code SIDECAR_HOST}, {@code SIDECAR_PORT}, and the same with {@code METRICS_}).
 *
 * @param metricsPort equal to {@code port} when there is no second listener
 */
public record ListenAddresses(String host, int port, String metricsHost, int metricsPort) {
    static final int MAIN = 9190;
    static final int METRICS = 9191;

    public static ListenAddresses fromConfig() {
        Config config = ConfigProvider.getConfig();
        String host = config.getOptionalValue("sidecar.host", String.class).orElse("127.0.0.1");
        return new ListenAddresses(
                host,
                config.getOptionalValue("sidecar.port", Integer.class).orElse(MAIN),
                config.getOptionalValue("sidecar.metrics.host", String.class).orElse(host),
                config.getOptionalValue("sidecar.metrics.port", Integer.class).orElse(METRICS));
    }

    /** Whether {@code SIDECAR_PORT} is set; else {@link #port} is only what it would be by default. */
    public static boolean told() {
        return ConfigProvider.getConfig()
                .getOptionalValue("sidecar.port", Integer.class)
                .isPresent();
    }

    /** True for a port on which nothing but metrics and health may be reached. */
    boolean metricsOnly(int localPort) {
        return localPort == metricsPort && metricsPort != port;
    }

    /** An address this machine can reach itself at: "any address" is not one. */
    public String url() {
        return url(host, port);
    }

    /** As {@link #url}, for metrics and health only. */
    public String metricsUrl() {
        return url(metricsHost, metricsPort);
    }

    private static String url(String host, int port) {
        String reachable = switch (host) {
            case "0.0.0.0" -> "127.0.0.1";
            case "::", "[::]" -> "[::1]";
            default -> host.contains(":") && !host.startsWith("[") ? "[" + host + "]" : host;
        };
        return "http://" + reachable + ":" + port;
    }
}
