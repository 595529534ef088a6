package sidecar.pool;

import java.lang.reflect.Field;
import java.util.Map;
import sidecar.provider.Provider;

/** Looks at what the pool does not tell, so that a test can prove that every lease was closed. */
public final class PoolPeek {

    private PoolPeek() {}

    /** How many leases on that provider are open. */
    public static int inFlight(ProviderPool pool, Provider provider) {
        try {
            Field states = ProviderPool.class.getDeclaredField("states");
            states.setAccessible(true);
            Object state = ((Map<?, ?>) states.get(pool)).get(provider.id());
            return state == null ? 0 : ((ProviderState) state).inFlight();
        } catch (ReflectiveOperationException renamed) {
            throw new IllegalStateException(renamed);
        }
    }
}
