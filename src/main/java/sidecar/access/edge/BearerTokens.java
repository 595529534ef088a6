package sidecar.access.edge;

import jakarta.annotation.PostConstruct;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Optional;
import sidecar.access.BearerThrottle;
import sidecar.address.AddressRange;
import sidecar.time.Ticker;

/** Judges the token of an {@code Authorization} header, and slows down whoever guesses at one. */
@ApplicationScoped
public class BearerTokens {

    private static final System.Logger LOG = System.getLogger(BearerTokens.class.getName());

    @Inject
    private AdminTokens tokens;

    @Inject
    private Ticker ticker;

    private BearerThrottle throttle;

    @PostConstruct
    void begin() {
        throttle = new BearerThrottle(ticker);
    }

    /** Judges the request's {@code Authorization}; no token at all is wrong, and no guess. */
    public BearerThrottle.Judgement judge(HttpServletRequest request) {
        String header = request.getHeader("Authorization");
        Optional<String> token = header == null ? Optional.empty() : AdminTokens.bearer(header);
        if (token.isEmpty() || token.get().isEmpty()) {
            return new BearerThrottle.Judgement.WrongToken();
        }
        BearerThrottle.Judgement judgement = throttle.judge(
                AddressRange.subscriber(request.getRemoteAddr()),
                tokens.roleOf(token.get()),
                AdminTokens.fingerprint(token.get()));
        if (judgement instanceof BearerThrottle.Judgement.Wait) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "too many wrong admin tokens come from {0}; it has to wait",
                    request.getRemoteAddr());
        }
        return judgement;
    }
}
