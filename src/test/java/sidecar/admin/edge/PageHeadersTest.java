package sidecar.admin.edge;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** A flood of strangers fills nothing. */
class PageHeadersTest {

    private final PageHeaders filter = new PageHeaders();
    private final Map<String, Object> answered = new HashMap<>();

    /** Whether the page was reached. */
    private boolean visit(String path) throws Exception {
        AtomicBoolean reached = new AtomicBoolean();
        filter.doFilter(
                fake(HttpServletRequest.class, (proxy, method, arguments) -> switch (method.getName()) {
                    case "getServletPath" -> path;
                    case "getSession" -> throw new AssertionError("a page alone needs no session");
                    default -> null;
                }),
                fake(HttpServletResponse.class, (proxy, method, arguments) -> switch (method.getName()) {
                    case "setStatus" -> answered.put("status", arguments[0]);
                    case "setHeader" -> answered.put(arguments[0].toString(), arguments[1]);
                    default -> null;
                }),
                (request, response) -> reached.set(true));
        return reached.get();
    }

    private static <T> T fake(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }

    @Test
    void aPageIsNotKeptAndBeginsNoSession() throws Exception {
        assertThat(visit("/login.xhtml")).isTrue();
        assertThat(answered).containsEntry("Cache-Control", "no-store").doesNotContainKey("status");
    }

    @Test
    void whatPagesAreDrawnWithMayBeKept() throws Exception {
        assertThat(visit("/jakarta.faces.resource/console.js.xhtml")).isTrue();
        assertThat(answered).doesNotContainKey("Cache-Control");
    }
}
