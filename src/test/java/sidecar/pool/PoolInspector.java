package sidecar.pool;

import java.lang.reflect.Field;
import java.util.Map;
import java.util.Set;
import sidecar.provider.Provider;

/** Looks at what the pool does not tell, so that a test can prove that every lease was closed. */
public final class PoolInspector {

    private PoolInspector() {}

    /** How many leases on that provider are open. */
    public static int inFlight(ProviderPool pool, Provider provider) {
        return memory(pool).state(provider).inFlight();
    }

    /** The ids of all providers of which a state is kept. */
    @SuppressWarnings("unchecked")
    public static Set<String> states(ProviderPool pool) {
        return ((Map<String, ProviderState>) field(memory(pool), "states")).keySet();
    }

    private static PoolState memory(ProviderPool pool) {
        return (PoolState) field(pool, "poolState");
    }

    private static Object field(Object of, String name) {
        try {
            Field field = of.getClass().getDeclaredField(name);
            field.setAccessible(true);
            return field.get(of);
        } catch (ReflectiveOperationException renamed) {
            throw new IllegalStateException(renamed);
        }
    }
}
