package sidecar.pool;

import java.lang.reflect.Field;
import sidecar.provider.Provider;

/** Looks at what the pool does not tell, so that a test can prove that every lease was closed. */
public final class PoolPeek {

    private PoolPeek() {}

    /** How many leases on that provider are open. */
    public static int inFlight(ProviderPool pool, Provider provider) {
        try {
            Field memory = ProviderPool.class.getDeclaredField("memory");
            memory.setAccessible(true);
            return ((Memory) memory.get(pool)).state(provider).inFlight();
        } catch (ReflectiveOperationException renamed) {
            throw new IllegalStateException(renamed);
        }
    }
}
