package sidecar.exchange;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import sidecar.exchange.response.ClientStream;

/** The exchanges under way, and whether new ones are let in. Thread-safe; never blocks. */
public final class ExchangeRegistry {

    private final Set<Exchange> open = ConcurrentHashMap.newKeySet();
    private volatile boolean draining;

    /** Whether new exchanges are refused because Sidecar is stopping. */
    public boolean draining() {
        return draining;
    }

    /** From now on new exchanges are refused; those under way go on. */
    public void drain() {
        draining = true;
    }

    /** Ends what is still under way, so that each client can tell. */
    public void endAll() {
        open.forEach(Exchange::shutdown);
    }

    /** A new exchange, counted until it is over. */
    public Exchange enter(ExchangeServices services, ClientRequest request, ClientStream stream) {
        Exchange exchange = new Exchange(services, request, stream, open::remove);
        open.add(exchange);
        return exchange;
    }

    /** How many are under way. */
    public int inFlight() {
        return open.size();
    }
}
