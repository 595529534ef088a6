package sidecar.console.edge;

import jakarta.annotation.PostConstruct;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Who looks at a page, in which language and in which light. Language and theme are cookies of the browser, set by console.js. */
@Named
@RequestScoped
public class PageUser {

    private static final String LIGHT = "light";

    @Inject
    private HttpServletRequest request;

    private Locale locale = Locale.ENGLISH;
    private boolean light;

    @PostConstruct
    void readCookies() {
        locale = cookie("sidecar_lang").map(PageUser::known).orElseGet(this::asked);
        light = cookie("sidecar_theme").filter(LIGHT::equals).isPresent();
    }

    private Optional<String> cookie(String name) {
        Cookie[] cookies = request.getCookies();
        return cookies == null
                ? Optional.empty()
                : Arrays.stream(cookies)
                        .filter(cookie -> cookie.getName().equals(name))
                        .map(Cookie::getValue)
                        .findFirst();
    }

    private static Locale known(String tag) {
        return tag.startsWith("zh") ? Locale.SIMPLIFIED_CHINESE : Locale.ENGLISH;
    }

    /** The first of the browser's languages that there is. */
    private Locale asked() {
        List<Locale> wishes = Collections.list(request.getLocales());
        return wishes.stream()
                .map(Locale::getLanguage)
                .filter(language -> language.equals("en") || language.equals("zh"))
                .findFirst()
                .map(PageUser::known)
                .orElse(Locale.ENGLISH);
    }

    /** English or simplified Chinese. */
    public Locale getLocale() {
        return locale;
    }

    /** For the {@code lang} attribute. */
    public String getLanguage() {
        return locale.toLanguageTag();
    }

    public boolean isChinese() {
        return locale.equals(Locale.SIMPLIFIED_CHINESE);
    }

    /** Dark unless told otherwise. */
    public boolean isLight() {
        return light;
    }

    /** PrimeFaces' name of the theme. */
    public String getTheme() {
        return light ? "saga-blue" : "vela-blue";
    }

    /** Whether this visitor may write. */
    public boolean isAdmin() {
        return request.isUserInRole(ConsoleRole.ADMIN);
    }

    /** The page without extension, such as {@code dashboard}. */
    public String getPage() {
        String path = request.getServletPath();
        String name = path.substring(path.lastIndexOf('/') + 1);
        return name.endsWith(".xhtml") ? name.substring(0, name.length() - ".xhtml".length()) : name;
    }

    /** Scheme, host and port that the browser used, without a slash at the end: what clients should be told. */
    public String getOrigin() {
        return RequestBaseUrl.of(request);
    }
}
