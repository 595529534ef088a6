package sidecar.boot.edge;

import java.lang.reflect.Proxy;
import java.util.function.ObjIntConsumer;

/**
 * Hears the signals that ask the process to stop. {@code sun.misc.Signal} is the only way to hear one before the shutdown
 * hooks run; it is in module jdk.unsupported of every JDK, but the compiler warns about it in a way that nothing
 * silences, and warnings fail this build. Hence by reflection.
 */
final class ShutdownSignals {
    private ShutdownSignals() {}

    /** From now on {@code heard} is called with name and number, on a thread of its own each time. */
    static void onSignal(String name, ObjIntConsumer<String> heard) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object one = signal.getConstructor(String.class).newInstance(name);
            int number = (int) signal.getMethod("getNumber").invoke(one);
            Object ours = Proxy.newProxyInstance(
                    ShutdownSignals.class.getClassLoader(), new Class<?>[] {handler}, (self, method, arguments) -> {
                        if (method.getName().equals("handle")) {
                            heard.accept(name, number);
                            return null;
                        }
                        return method.invoke(name, arguments); // equals, hashCode, toString
                    });
            signal.getMethod("handle", signal, handler).invoke(null, one, ours);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("cannot listen for SIG" + name, e);
        }
    }
}
