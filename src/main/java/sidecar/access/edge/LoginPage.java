package sidecar.access.edge;

import jakarta.enterprise.context.RequestScoped;
import jakarta.faces.context.ExternalContext;
import jakarta.faces.context.FacesContext;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.regex.Pattern;
import sidecar.console.edge.PageMessages;

/** The sign-in page, and the way out. */
@Named("login")
@RequestScoped
public class LoginPage {

    private static final String HOME = "/dashboard";
    private static final Pattern PAGES = Pattern.compile(
            "/(dashboard|providers|models|clients|usage|requests|cooldowns|nodes|settings|backups|connect)(\\?[A-Za-z0-9_.~%&=+:/-]*)?");

    @Inject
    private SignIn signIn;

    @Inject
    private SignInSessions sessions;

    private String token = "";
    private String from = HOME;
    private boolean ended;

    /** Shows the token, and goes to the page that was asked for. */
    public void enter() throws IOException {
        ExternalContext external = FacesContext.getCurrentInstance().getExternalContext();
        HttpServletRequest request = (HttpServletRequest) external.getRequest();
        SignIn.SignInResult result =
                signIn.with(token == null ? "" : token, request, (HttpServletResponse) external.getResponse());
        switch (result) {
            case WELCOME -> external.redirect(external.getRequestContextPath() + ownPage(from));
            case WRONG -> PageMessages.failed("login.wrong");
            case FOREIGN -> PageMessages.failed("login.foreign");
            case WAIT -> PageMessages.failed("login.wait", signIn.wait(request).toSeconds() + 1);
        }
    }

    /** Ends the sign-in. */
    public void leave() throws IOException {
        ExternalContext external = FacesContext.getCurrentInstance().getExternalContext();
        sessions.end((HttpServletRequest) external.getRequest(), (HttpServletResponse) external.getResponse());
        external.redirect(external.getRequestContextPath() + "/login");
    }

    /** A page of the console and nowhere else: what stands in a link may have been written by anybody. */
    public static String ownPage(String path) {
        return path != null && PAGES.matcher(path).matches() ? path : HOME;
    }

    /** Whether there is anything to sign in with. */
    public boolean isPossible() {
        return signIn.possible();
    }

    public String getToken() {
        return token;
    }

    public void setToken(String token) {
        this.token = token;
    }

    /** Whether a session is over, which is why the page asks. */
    public boolean isEnded() {
        return ended;
    }

    public void setEnded(boolean ended) {
        this.ended = ended;
    }

    public String getFrom() {
        return from;
    }

    public void setFrom(String from) {
        this.from = from;
    }
}
