package sidecar.faces.edge;

import com.sun.faces.spi.InjectionProvider;

/**
 * Injects nothing into what Faces makes by itself: renderers, converters, listeners. None of ours or of PrimeFaces' asks for anything, but the server's
 * own provider keeps, for each of some 240 renderers, a CDI model of all its methods: 15 MB of live heap. Beans of pages are CDI's, and are injected as ever.
 * Named in {@code web.xml} by Mojarra's parameter {@code com.sun.faces.injectionProvider}; other implementations of Faces know neither. Thread-safe.
 */
public class NoopInjectionProvider implements InjectionProvider {

    @Override
    public void inject(Object managedBean) {
        // nothing is asked for
    }

    @Override
    public void invokePostConstruct(Object managedBean) {
        // nobody has such a method
    }

    @Override
    public void invokePreDestroy(Object managedBean) {
        // nobody has such a method
    }
}
