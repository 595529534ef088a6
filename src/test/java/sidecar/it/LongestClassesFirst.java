package sidecar.it;

import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.ClassOrderer;
import org.junit.jupiter.api.ClassOrdererContext;

/**
 * Begins with the class that wants a fresh shared server, then with those that take longest of those that start servers of their own, so
 * that none of them is left alone at the end. The classes that share a server run one after another anyway, on another thread: see {@link RunningSidecar}.
 */
public final class LongestClassesFirst implements ClassOrderer {

    private static final List<Class<?>> LONGEST = List.of(
            BackupIT.class,
            ExhaustionIT.class,
            OnPostgresIT.class,
            StopIT.class,
            RunIT.class,
            ImportV2IT.class,
            KeyRotationIT.class,
            LedgerRestartIT.class,
            OperateIT.class,
            RestartIT.class,
            CanaryIT.class,
            DoctorIT.class);

    @Override
    public void orderClasses(ClassOrdererContext context) {
        context.getClassDescriptors().sort(Comparator.comparingInt(described -> rank(described.getTestClass())));
    }

    private static int rank(Class<?> test) {
        if (test.isAnnotationPresent(SharedServer.Fresh.class)) {
            return -1; // the first that uses the shared server has a fresh one
        }
        int place = LONGEST.indexOf(test);
        return place < 0 ? LONGEST.size() : place;
    }
}
