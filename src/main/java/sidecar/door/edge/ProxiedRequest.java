package sidecar.door.edge;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.net.InetAddress;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import sidecar.address.AddressRange;
import sidecar.address.ForwardedFor;
import sidecar.console.edge.RequestBaseUrl;
import sidecar.exchange.edge.GrizzlyRequest;

/**
 * A request that came by way of a trusted proxy, as its sender meant it: address, scheme, host and port are those that
 * the proxy was spoken to with.
 */
final class ProxiedRequest extends HttpServletRequestWrapper {

    private static final Pattern HOST =
            Pattern.compile("([A-Za-z0-9._-]{1,253}|\\[[0-9A-Fa-f:.]{2,45}])(?::(\\d{1,5}))?");

    private final String address;
    private final boolean secure;
    private final String host;
    private final int port;

    private ProxiedRequest(HttpServletRequest request, String address) {
        super(request);
        this.address = address;
        this.secure = last(request, "X-Forwarded-Proto")
                .map(scheme -> scheme.equalsIgnoreCase("https"))
                .orElse(request.isSecure());
        Matcher named = HOST.matcher(last(request, "X-Forwarded-Host")
                .or(() -> last(request, "Host"))
                .orElse(""));
        boolean good = named.matches();
        this.host = good ? named.group(1) : request.getServerName();
        int usual = secure ? 443 : 80;
        this.port = last(request, "X-Forwarded-Port")
                .or(() -> Optional.ofNullable(good ? named.group(2) : null))
                .filter(text -> text.matches("\\d{1,5}"))
                .map(Integer::valueOf)
                .orElse(usual);
    }

    /** The request as it was meant, if a trusted proxy brought it; else as it is. */
    static HttpServletRequest of(HttpServletRequest request, List<AddressRange> trusted) {
        if (trusted.isEmpty()) {
            return request;
        }
        Optional<InetAddress> client = AddressRange.peer(request.getRemoteAddr())
                .flatMap(peer ->
                        ForwardedFor.client(peer, Collections.list(request.getHeaders("X-Forwarded-For")), trusted));
        if (client.isEmpty()) {
            return request;
        }
        ProxiedRequest proxied = new ProxiedRequest(request, client.get().getHostAddress());
        if (proxied.secure) {
            GrizzlyRequest.secure(request);
        }
        RequestBaseUrl.proxied(request, proxied.origin());
        return proxied;
    }

    /** What the nearest proxy said. */
    private static Optional<String> last(HttpServletRequest request, String header) {
        return Collections.list(request.getHeaders(header)).stream()
                .reduce((first, second) -> second)
                .map(line -> line.substring(line.lastIndexOf(',') + 1).strip())
                .filter(value -> !value.isEmpty());
    }

    @Override
    public String getRemoteAddr() {
        return address;
    }

    @Override
    public String getRemoteHost() {
        return address;
    }

    @Override
    public boolean isSecure() {
        return secure;
    }

    @Override
    public String getScheme() {
        return secure ? "https" : "http";
    }

    @Override
    public String getServerName() {
        return host;
    }

    @Override
    public int getServerPort() {
        return port;
    }

    @Override
    public StringBuffer getRequestURL() {
        return new StringBuffer(origin()).append(getRequestURI());
    }

    private String origin() {
        String origin = getScheme() + "://" + host;
        return port == (secure ? 443 : 80) ? origin : origin + ":" + port;
    }
}
