package sidecar.access.edge;

import jakarta.annotation.PostConstruct;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.security.enterprise.AuthenticationStatus;
import jakarta.security.enterprise.SecurityContext;
import jakarta.security.enterprise.authentication.mechanism.http.AuthenticationParameters;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;
import sidecar.access.GuessThrottle;
import sidecar.address.AddressRange;
import sidecar.console.edge.ConsoleRole;
import sidecar.console.edge.RequestOrigins;
import sidecar.time.Ticker;

/** Takes tokens for sessions. */
@ApplicationScoped
public class SignIn {

    private static final System.Logger LOG = System.getLogger(SignIn.class.getName());

    /** What became of a try. */
    enum SignInResult {
        WELCOME,
        WRONG,
        WAIT,
        /** A page of somebody else sent it: whoever believes to have signed in must not work for another. */
        FOREIGN
    }

    @Inject
    private SecurityContext security;

    @Inject
    private AdminTokens tokens;

    @Inject
    private Ticker ticker;

    private GuessThrottle throttle;

    @PostConstruct
    void begin() {
        throttle = new GuessThrottle(ticker);
    }

    /** Whether there is a token to sign in with at all. */
    boolean possible() {
        return tokens.configured();
    }

    /** How long whoever asks still has to wait; zero when a try is allowed. */
    Duration wait(HttpServletRequest request) {
        return throttle.wait(AddressRange.subscriber(request.getRemoteAddr()));
    }

    SignInResult with(String token, HttpServletRequest request, HttpServletResponse response) {
        String address = AddressRange.subscriber(request.getRemoteAddr());
        if (!RequestOrigins.of(request).isSameOrigin()) {
            return SignInResult.FOREIGN;
        }
        if (!possible()) {
            return SignInResult.WRONG; // without an admin's token there is no viewer either
        }
        if (!wait(request).isZero()) {
            return SignInResult.WAIT;
        }
        AuthenticationStatus status = security.authenticate(
                request,
                response,
                AuthenticationParameters.withParams().credential(new TokenCredential(token.strip())));
        if (status != AuthenticationStatus.SUCCESS) {
            throttle.failed(address);
            LOG.log(System.Logger.Level.WARNING, "a sign-in from {0} failed", request.getRemoteAddr());
            return SignInResult.WRONG;
        }
        if (request.isUserInRole(ConsoleRole.ADMIN)) {
            throttle.succeeded(address); // a viewer's token must not buy more guesses at the admin's
        }
        return SignInResult.WELCOME;
    }
}
