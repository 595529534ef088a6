package sidecar.boot.edge;

import java.lang.annotation.Annotation;
import java.lang.reflect.InvocationTargetException;
import java.util.ArrayList;
import java.util.List;

/**
 * The HTTP listeners of a Payara, as its configuration has them. Payara offers no API for that to applications: its configuration beans
 * (HK2; {@code org.glassfish.grizzly.config.dom}) are asked by their names, so that a server without them is one of which nothing is known.
 */
final class HttpListeners {

    private static final System.Logger LOG = System.getLogger(HttpListeners.class.getName());

    /** The configuration that this process runs with, beside templates for others (ServerEnvironment.DEFAULT_INSTANCE_NAME). */
    private static final String OURS = "default-instance-name";

    private static final String ADMIN = "admin-listener";

    private HttpListeners() {}

    /** All that serve requests; none where the server does not say. */
    static List<HttpListenerSettings> read() {
        try {
            return of((List<?>)
                    get(get(get(configuration(), "getNetworkConfig"), "getNetworkListeners"), "getNetworkListener"));
        } catch (ReflectiveOperationException | RuntimeException | LinkageError unknown) {
            LOG.log(System.Logger.Level.DEBUG, "this server does not say how it listens", unknown);
            return List.of();
        }
    }

    /** Of one that does not say how it is set nothing is known; what is known of the others is said all the same. */
    static List<HttpListenerSettings> of(List<?> beans) {
        List<HttpListenerSettings> listeners = new ArrayList<>();
        for (Object bean : beans) {
            try {
                if (isTrue(bean, "getEnabled") && !ADMIN.equals(get(bean, "getName"))) {
                    listeners.add(listener(bean));
                }
            } catch (ReflectiveOperationException | RuntimeException | LinkageError unknown) {
                LOG.log(System.Logger.Level.INFO, "a listener does not say how it is set: {0}", unknown);
            }
        }
        return List.copyOf(listeners);
    }

    private static Object configuration() throws ReflectiveOperationException {
        ClassLoader server = Thread.currentThread().getContextClassLoader();
        Object services = server.loadClass("org.glassfish.internal.api.Globals")
                .getMethod("getDefaultHabitat")
                .invoke(null);
        return server.loadClass("org.glassfish.hk2.api.ServiceLocator")
                .getMethod("getService", Class.class, String.class, Annotation[].class)
                .invoke(
                        services,
                        server.loadClass("com.sun.enterprise.config.serverbeans.Config"),
                        OURS,
                        new Annotation[0]);
    }

    private static HttpListenerSettings listener(Object bean) throws ReflectiveOperationException {
        int port = number(bean, "getPort");
        try {
            return settings(port, bean);
        } catch (ReflectiveOperationException | RuntimeException | LinkageError unknown) {
            LOG.log(System.Logger.Level.INFO, "port {0,number,#} does not say how it is set: {1}", port, unknown);
            return HttpListenerSettings.unknown(port);
        }
    }

    private static HttpListenerSettings settings(int port, Object bean) throws ReflectiveOperationException {
        Object http = get(get(bean, "findHttpProtocol"), "getHttp");
        return new HttpListenerSettings(
                port,
                isTrue(http, "getHttp2Enabled"),
                !"off".equals(get(http, "getCompression")),
                number(http, "getRequestTimeoutSeconds"),
                number(http, "getHeaderBufferLengthBytes"),
                number(get(bean, "findThreadPool"), "getMaxThreadPoolSize"));
    }

    private static int number(Object bean, String getter) throws ReflectiveOperationException {
        return Integer.parseInt(String.valueOf(get(bean, getter)));
    }

    private static boolean isTrue(Object bean, String getter) throws ReflectiveOperationException {
        return Boolean.parseBoolean(String.valueOf(get(bean, getter)));
    }

    /** By an interface of the bean's: its class is a proxy, whose methods are nobody's to call. */
    private static Object get(Object bean, String getter) throws ReflectiveOperationException {
        for (Class<?> type : bean.getClass().getInterfaces()) {
            try {
                return type.getMethod(getter).invoke(bean);
            } catch (NoSuchMethodException next) {
                // another one's
            } catch (InvocationTargetException e) {
                throw new ReflectiveOperationException(getter, e.getCause());
            }
        }
        throw new NoSuchMethodException(bean.getClass() + "." + getter);
    }
}
