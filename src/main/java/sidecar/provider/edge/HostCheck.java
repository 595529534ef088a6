package sidecar.provider.edge;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import sidecar.address.UpstreamAddressRules;
import sidecar.provider.UpstreamUrl;

/**
 * Resolves hosts at save and checks every address. Remembers what it found: for one request, not to be shared. Blocks on
 * DNS.
 */
public final class HostCheck {

    private final boolean allowPrivate;
    private final Map<String, HostFinding> found = new HashMap<>();

    /**
     * What a host leads to.
     *
     * @param refusal completes "api_base_url …"
     * @param warning a sentence
     */
    public record HostFinding(Optional<String> refusal, Optional<String> warning) {}

    public HostCheck(boolean allowPrivate) {
        this.allowPrivate = allowPrivate;
    }

    public HostFinding of(UpstreamUrl url) {
        return found.computeIfAbsent(url.host(), this::resolve);
    }

    private HostFinding resolve(String host) {
        try {
            Optional<String> refusal = List.of(InetAddress.getAllByName(host)).stream()
                    .flatMap(a -> UpstreamAddressRules.refusal(a, allowPrivate).stream()
                            .map(why -> "must not lead to " + why + " (" + a.getHostAddress() + ")"))
                    .findFirst();
            return new HostFinding(refusal, Optional.empty());
        } catch (UnknownHostException e) {
            // The network may be down just now; the address is checked again when it is connected to.
            return new HostFinding(
                    Optional.empty(), Optional.of("the host " + host + " cannot be resolved at the moment"));
        }
    }
}
