package sidecar.exchange.edge;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import org.glassfish.grizzly.http.server.Request;

/** The server's own request behind a servlet request, for what the servlet API cannot do. Seen on Payara Micro 6.2025.10. */
public final class GrizzlyRequest {

    private static final Field FACADE = facade();
    private static final Method COYOTE = method("getCoyoteRequest");
    private static final Method SET_SECURE = method("setSecure", boolean.class);

    private GrizzlyRequest() {}

    private static Field facade() {
        try {
            Field field = Class.forName(
                            "org.apache.catalina.connector.RequestFacade",
                            true,
                            Thread.currentThread().getContextClassLoader())
                    .getDeclaredField("request");
            field.setAccessible(true);
            return field;
        } catch (ReflectiveOperationException unknownServer) {
            throw new ExceptionInInitializerError(unknownServer);
        }
    }

    private static Method method(String name, Class<?>... parameters) {
        try {
            return FACADE.getType().getMethod(name, parameters);
        } catch (ReflectiveOperationException unknownServer) {
            throw new ExceptionInInitializerError(unknownServer);
        }
    }

    /** The network layer's request. */
    static Request network(HttpServletRequest request) {
        return (Request) call(COYOTE, request);
    }

    /** Marks it as having come over TLS, so that the session cookie goes nowhere else; the next request on the connection is unmarked. */
    public static void secure(HttpServletRequest request) {
        call(SET_SECURE, request, true);
    }

    private static Object call(Method method, HttpServletRequest request, Object... arguments) {
        HttpServletRequest inner = request;
        while (inner instanceof HttpServletRequestWrapper wrapper) {
            inner = (HttpServletRequest) wrapper.getRequest();
        }
        try {
            return method.invoke(FACADE.get(inner), arguments);
        } catch (ReflectiveOperationException | ClassCastException unknownServer) {
            throw new IllegalStateException("this is not the server that Sidecar was built for", unknownServer);
        }
    }
}
