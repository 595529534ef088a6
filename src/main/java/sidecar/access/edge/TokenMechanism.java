package sidecar.access.edge;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.security.enterprise.AuthenticationStatus;
import jakarta.security.enterprise.authentication.mechanism.http.HttpAuthenticationMechanism;
import jakarta.security.enterprise.authentication.mechanism.http.HttpMessageContext;
import jakarta.security.enterprise.credential.Credential;
import jakarta.security.enterprise.identitystore.CredentialValidationResult;
import jakarta.security.enterprise.identitystore.IdentityStoreHandler;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import sidecar.console.edge.ConsoleRole;
import sidecar.settings.Settings;
import sidecar.settings.SettingsCatalog;

/**
 * Says who calls: a bearer token on the API, or the session that a sign-in began, or the cookie that outlives it. Runs before every filter and for every request of the
 * application, {@code /v1} included, so what is none of its business costs it no more than a look at the path.
 */
@ApplicationScoped
public class TokenMechanism implements HttpAuthenticationMechanism {

    /** A page as well as V2's short name of {@code /v1/models}, so that web.xml cannot protect it. */
    private static final String MODELS = "/models";

    @Inject
    private IdentityStoreHandler stores;

    @Inject
    private SignInSessions sessions;

    @Inject
    private Settings settings;

    @Override
    public AuthenticationStatus validateRequest(
            HttpServletRequest request, HttpServletResponse response, HttpMessageContext context) {
        if (context.isAuthenticationRequest()) {
            return signIn(request, response, context);
        }
        boolean api = AdminFilter.guards(request);
        if (api && request.getHeader("Authorization") != null) {
            return bearer(request.getHeader("Authorization"), context);
        }
        boolean page = context.isProtected() && !api;
        boolean mayRemember = api || page || request.getServletPath().equals(MODELS);
        return known(request)
                .or(() -> mayRemember ? sessions.remembered(request) : Optional.empty())
                .map(role -> context.notifyContainerAboutLogin(role, Set.of(role)))
                .orElseGet(() -> page ? stranger(request, response) : context.doNothing());
    }

    /** The role that a sign-in gave this session; never begins one. */
    private Optional<String> known(HttpServletRequest request) {
        return request.getRequestedSessionId() == null ? Optional.empty() : sessions.known(request);
    }

    private AuthenticationStatus signIn(
            HttpServletRequest request, HttpServletResponse response, HttpMessageContext context) {
        Credential credential = context.getAuthParameters().getCredential();
        CredentialValidationResult result = stores.validate(credential);
        if (result.getStatus() != CredentialValidationResult.Status.VALID) {
            return AuthenticationStatus.SEND_FAILURE;
        }
        String role = result.getCallerGroups().contains(ConsoleRole.ADMIN) ? ConsoleRole.ADMIN : ConsoleRole.VIEWER;
        sessions.begin(request, response, role);
        return context.notifyContainerAboutLogin(role, Set.of(role));
    }

    /** Tells the container who shows a token; what that allows, and what is answered to a wrong one, says {@link AdminFilter}. */
    private AuthenticationStatus bearer(String authorization, HttpMessageContext context) {
        return AdminTokens.bearer(authorization)
                .map(token -> stores.validate(new TokenCredential(token)))
                .filter(result -> result.getStatus() == CredentialValidationResult.Status.VALID)
                .map(result -> context.notifyContainerAboutLogin(result.getCallerPrincipal(), result.getCallerGroups()))
                .orElseGet(context::doNothing);
    }

    /** A page was asked for by nobody we know: to the sign-in, and from there to that page. */
    private AuthenticationStatus stranger(HttpServletRequest request, HttpServletResponse response) {
        try {
            if (onMetricsPort(request)) {
                response.sendError(HttpServletResponse.SC_NOT_FOUND);
                return AuthenticationStatus.SEND_FAILURE;
            }
            String login = request.getContextPath() + "/login?from="
                    + URLEncoder.encode(wanted(request), StandardCharsets.UTF_8)
                    // who comes with a session that is over is told so
                    + (request.getRequestedSessionId() == null ? "" : "&ended=true");
            response.setHeader("Cache-Control", "no-store");
            if ("partial/ajax".equals(request.getHeader("Faces-Request"))) {
                response.setContentType("text/xml; charset=utf-8");
                response.getWriter()
                        .print("<?xml version=\"1.0\" encoding=\"UTF-8\"?><partial-response><redirect url=\"" + login
                                + "\"/></partial-response>");
                return AuthenticationStatus.SEND_CONTINUE;
            }
            response.setStatus(HttpServletResponse.SC_FOUND);
            response.setHeader("Location", login);
            return AuthenticationStatus.SEND_CONTINUE;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean onMetricsPort(HttpServletRequest request) {
        int port = settings.get(SettingsCatalog.METRICS_PORT);
        return request.getLocalPort() == port && settings.get(SettingsCatalog.PORT_NUMBER) != port;
    }

    private static String wanted(HttpServletRequest request) {
        String path = request.getServletPath();
        String page = path.endsWith(".xhtml") ? path.substring(0, path.length() - ".xhtml".length()) : path;
        boolean read = request.getMethod().equals("GET") && request.getQueryString() != null;
        return read ? page + "?" + request.getQueryString() : page;
    }
}
