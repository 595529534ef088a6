package sidecar.access.edge;

import jakarta.annotation.PostConstruct;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpSession;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Optional;
import sidecar.access.SignInTicket;
import sidecar.access.SignInTickets;
import sidecar.time.Ticker;
import sidecar.vault.KeyVault;

/**
 * Who has signed in: a session of this process, and beside it a cookie from which any process with the same encryption key and token makes the session
 * anew, on another node or after a restart.
 */
@ApplicationScoped
public class SignInSessions {

    static final String COOKIE = "sidecar_sign_in";

    private static final String TICKET = SignInSessions.class.getName() + ".ticket";

    /**
     * How long a session that was made anew waits for its browser to come back with it. Where nodes take turns with one browser's requests, each
     * makes it anew at each page, and nobody comes back.
     */
    private static final Duration UNCONFIRMED = Duration.ofMinutes(10);

    @Inject
    private KeyVault vault;

    @Inject
    private AdminTokens tokens;

    @Inject
    private InstantSource clock;

    @Inject
    private Ticker ticker;

    private SignInTickets tickets;

    @PostConstruct
    void prepare() {
        tickets = new SignInTickets(vault::signInCodes, tokens::fingerprintOf, clock, ticker);
    }

    /** Somebody showed the token of that role. */
    void begin(HttpServletRequest request, HttpServletResponse response, String role) {
        begin(request, response, tickets.issue(role), SignInTickets.IDLE);
    }

    private void begin(
            HttpServletRequest request, HttpServletResponse response, SignInTicket ticket, Duration maxInactive) {
        HttpSession session = request.getSession();
        request.changeSessionId();
        session.setMaxInactiveInterval((int) maxInactive.toSeconds());
        remember(session, request, response, ticket);
    }

    private void remember(
            HttpSession session, HttpServletRequest request, HttpServletResponse response, SignInTicket ticket) {
        session.setAttribute(TICKET, ticket);
        setCookie(request, response, tickets.write(ticket), "");
    }

    /** The role of the request's session; never begins one. */
    Optional<String> known(HttpServletRequest request) {
        return ticket(request.getSession(false)).map(SignInTicket::role);
    }

    private Optional<SignInTicket> ticket(HttpSession session) {
        return Optional.ofNullable(session)
                .map(s -> (SignInTicket) s.getAttribute(TICKET))
                .filter(ticket -> !tickets.isOver(ticket));
    }

    /** The role of the request's cookie; begins no session, but {@link #keep} may. */
    Optional<String> remembered(HttpServletRequest request) {
        Optional<SignInTicket> ticket = cookie(request).flatMap(tickets::read);
        ticket.ifPresent(valid -> request.setAttribute(TICKET, valid));
        return ticket.map(SignInTicket::role);
    }

    private static Optional<String> cookie(HttpServletRequest request) {
        Cookie[] cookies = request.getCookies();
        return cookies == null
                ? Optional.empty()
                : Arrays.stream(cookies)
                        .filter(cookie -> cookie.getName().equals(COOKIE))
                        .map(Cookie::getValue)
                        .findFirst();
    }

    /** Makes the session anew for whoever is known by cookie alone; renews the cookie of everybody else when it is time. */
    void keep(HttpServletRequest request, HttpServletResponse response) {
        HttpSession session = request.getSession(false);
        Optional<SignInTicket> known = ticket(session);
        if (known.isPresent()) {
            session.setMaxInactiveInterval((int) SignInTickets.IDLE.toSeconds());
            known.filter(tickets::isRenewalDue)
                    .ifPresent(due -> remember(session, request, response, tickets.renew(due)));
        } else if (request.getAttribute(TICKET) instanceof SignInTicket remembered) {
            begin(request, response, tickets.renew(remembered), UNCONFIRMED);
        }
    }

    /** Ends the sign-in: its session, its cookie in the browser, and copies of that which are shown to this process. */
    void end(HttpServletRequest request, HttpServletResponse response) {
        HttpSession session = request.getSession(false);
        ticket(session).ifPresent(tickets::signOut);
        if (session != null) {
            session.invalidate();
        }
        setCookie(request, response, "", "; Max-Age=0");
    }

    /** The path, and what else it says, are those of the session's cookie. By hand: the server writes no SameSite of an application's cookies. */
    private static void setCookie(HttpServletRequest request, HttpServletResponse response, String value, String more) {
        String path = request.getContextPath().isEmpty() ? "/" : request.getContextPath();
        response.addHeader(
                "Set-Cookie",
                COOKIE + "=" + value + "; Path=" + path + "; HttpOnly; SameSite=Strict"
                        + (request.isSecure() ? "; Secure" : "") + more);
    }
}
