package sidecar.it;

import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Starts the server that a class shares. */
final class SharedServers implements BeforeAllCallback {

    private static final Map<SharesServer.Purpose, SharedServer> ALL = Arrays.stream(SharesServer.Purpose.values())
            .collect(Collectors.toUnmodifiableMap(Function.identity(), SharedServer::new));

    /** The server that a class shares. */
    static SharedServer of(Class<?> test) {
        return ALL.get(purpose(test));
    }

    private static SharesServer.Purpose purpose(Class<?> test) {
        Class<?> enclosing = test.getEnclosingClass();
        if (enclosing != null && enclosing.isAnnotationPresent(SharesServer.class)) {
            return purpose(enclosing);
        }
        return test.getAnnotation(SharesServer.class).value();
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        Class<?> test = context.getRequiredTestClass();
        SharedServer server = of(test);
        if (!server.runs()) {
            ExtensionContext.Store ofTheRun =
                    context.getRoot().getStore(ExtensionContext.Namespace.create(SharedServers.class, server));
            server.begin(closed -> ofTheRun.put(closed, closed));
        } else if (test.isAnnotationPresent(SharesServer.Fresh.class)) {
            server.beginAfresh();
        }
    }
}
