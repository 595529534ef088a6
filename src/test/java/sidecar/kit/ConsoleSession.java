package sidecar.kit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLEncoder;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Somebody who has signed in to the console by its form, without a browser: loads pages, runs no script. */
public final class ConsoleSession {

    private static final Pattern FORM = Pattern.compile("<form[^>]*\\bid=\"login\".*?</form>", Pattern.DOTALL);
    private static final Pattern HIDDEN = Pattern.compile("<input[^>]*\\btype=\"hidden\"[^>]*>");
    private static final Pattern RESOURCE = Pattern.compile("(?:src|href)=\"(/jakarta\\.faces\\.resource/[^\"]+)\"");
    private static final String[] AS_A_BROWSER = {"Accept", "text/html", "Accept-Encoding", "gzip"};

    private final Gateway gateway;
    private final String cookies;

    private ConsoleSession(Gateway gateway, String cookies) {
        this.gateway = gateway;
        this.cookies = cookies;
    }

    /** Somebody who has not signed in. */
    public static ConsoleSession stranger(Gateway gateway) {
        return new ConsoleSession(gateway, "");
    }

    /**
     * Signs in.
     *
     * @throws AssertionError if that token does not open
     */
    public static ConsoleSession signIn(Gateway gateway, String token) {
        Reply page = gateway.get("/login", "Accept", "text/html");
        Reply answer = gateway.call(
                "POST",
                "/login",
                fields(page.text(), token).getBytes(UTF_8),
                "Content-Type",
                "application/x-www-form-urlencoded",
                "Cookie",
                cookies(page));
        String session = cookies(answer);
        if (answer.status() != 302 || session.isEmpty()) {
            throw new AssertionError("not signed in: " + answer);
        }
        return new ConsoleSession(gateway, session);
    }

    private static String fields(String page, String token) {
        Matcher form = FORM.matcher(page);
        if (!form.find()) {
            throw new AssertionError("no sign-in form in " + page);
        }
        List<String> fields = new ArrayList<>(List.of(field("login:token", token), field("login:enter", "")));
        HIDDEN.matcher(form.group()).results().map(input -> input.group()).forEach(input -> {
            String name = attribute(input, "name");
            if (!name.isEmpty()) {
                fields.add(field(name, attribute(input, "value")));
            }
        });
        return String.join("&", fields);
    }

    private static String attribute(String element, String name) {
        Matcher value = Pattern.compile("\\b" + name + "=\"([^\"]*)\"").matcher(element);
        return value.find() ? value.group(1).replace("&quot;", "\"").replace("&amp;", "&") : "";
    }

    private static String field(String name, String value) {
        return URLEncoder.encode(name, UTF_8) + "=" + URLEncoder.encode(value, UTF_8);
    }

    private static String cookies(Reply reply) {
        return reply.headers().all("Set-Cookie").stream()
                .map(cookie -> cookie.split(";", 2)[0])
                .collect(Collectors.joining("; "));
    }

    /** Loads a page, such as {@code /dashboard}, as a browser asks for it, but does not follow where it leads. */
    public Reply load(String page) {
        return cookies.isEmpty() ? gateway.get(page, AS_A_BROWSER) : gateway.get(page, with(AS_A_BROWSER));
    }

    private String[] with(String[] namesAndValues) {
        String[] all = java.util.Arrays.copyOf(namesAndValues, namesAndValues.length + 2);
        all[namesAndValues.length] = "Cookie";
        all[namesAndValues.length + 1] = cookies;
        return all;
    }

    /** The scripts, styles and pictures that a page names. */
    public List<String> resources(String page) {
        Reply reply = gateway.get(page, "Accept", "text/html", "Cookie", cookies);
        return RESOURCE.matcher(reply.text())
                .results()
                .map(link -> link.group(1).replace("&amp;", "&"))
                .distinct()
                .toList();
    }
}
