package sidecar.admin.edge;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpSession;
import java.io.ByteArrayOutputStream;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** A flood of strangers fills the sessions, not the log. */
class PageHeadersTest {

    private final PageHeaders filter = new PageHeaders();
    private final Map<String, Object> answered = new HashMap<>();
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    private boolean full;

    /** Whether the page was reached. */
    private boolean visit(String path) throws Exception {
        AtomicBoolean reached = new AtomicBoolean();
        filter.doFilter(
                fake(HttpServletRequest.class, (proxy, method, arguments) -> switch (method.getName()) {
                    case "getServletPath" -> path;
                    case "getSession" -> session();
                    default -> null;
                }),
                fake(HttpServletResponse.class, (proxy, method, arguments) -> switch (method.getName()) {
                    case "setStatus" -> answered.put("status", arguments[0]);
                    case "setHeader" -> answered.put(arguments[0].toString(), arguments[1]);
                    case "getOutputStream" -> out();
                    default -> null;
                }),
                (request, response) -> reached.set(true));
        return reached.get();
    }

    /** As the server makes one, or does not. */
    private HttpSession session() {
        if (full) {
            throw new IllegalStateException("createSession: Too many active sessions");
        }
        return fake(HttpSession.class, (proxy, method, arguments) -> null);
    }

    private static <T> T fake(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }

    private ServletOutputStream out() {
        return new ServletOutputStream() {
            @Override
            public boolean isReady() {
                return true;
            }

            @Override
            public void setWriteListener(WriteListener listener) {
                throw new UnsupportedOperationException();
            }

            @Override
            public void write(int b) {
                body.write(b);
            }
        };
    }

    @Test
    void aPageIsNotKept() throws Exception {
        assertThat(visit("/login.xhtml")).isTrue();
        assertThat(answered).containsEntry("Cache-Control", "no-store").doesNotContainKey("status");
    }

    @Test
    void whoFindsNoRoomIsToldSoBeforeFacesBreaks() throws Exception {
        full = true;

        assertThat(visit("/login.xhtml")).isFalse();

        assertThat(answered).containsEntry("status", 503).containsEntry("Retry-After", "120");
        assertThat(body.toString(StandardCharsets.UTF_8)).contains("too many visitors");
    }

    @Test
    void whatPagesAreDrawnWithNeedsNoRoom() throws Exception {
        full = true;

        assertThat(visit("/jakarta.faces.resource/console.js.xhtml")).isTrue();
    }
}
