package sidecar.client;

import java.util.function.Supplier;

/** Holds the current client tokens; what is published counts from the next request on. Reading is a volatile read. */
public final class ClientRegistry implements Supplier<ClientTokens> {

    private volatile ClientTokens current = ClientTokens.NONE;

    @Override
    public ClientTokens get() {
        return current;
    }

    public void publish(ClientTokens next) {
        current = next;
    }
}
