package sidecar.it;

import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.ClassDescriptor;
import org.junit.jupiter.api.ClassOrderer;
import org.junit.jupiter.api.ClassOrdererContext;

/**
 * Orders classes so that no thread is left without work at the end: first those that share a server, which can only run one after
 * another, then those that take longest of those that start servers of their own.
 */
public final class LongestClassesFirst implements ClassOrderer {

    private static final List<Class<?>> LONGEST = List.of(
            RunIT.class,
            ExhaustionIT.class,
            BackupIT.class,
            OnPostgresIT.class,
            KeyRotationIT.class,
            StopIT.class,
            RestartIT.class,
            ImportV2IT.class,
            LedgerRestartIT.class,
            CanaryIT.class,
            OperateIT.class,
            PostgresOutageIT.class,
            SharedDatabaseIT.class,
            DoctorIT.class);

    @Override
    public void orderClasses(ClassOrdererContext context) {
        context.getClassDescriptors()
                .sort(Comparator.<ClassDescriptor>comparingInt(described -> rank(described.getTestClass()))
                        .thenComparing(described -> described.getTestClass().getName()));
    }

    private static int rank(Class<?> test) {
        if (test.isAnnotationPresent(SharesServer.Fresh.class)) {
            return -2; // the first that uses the shared server has a fresh one
        }
        if (RunningSidecar.class.isAssignableFrom(test)) {
            return -1;
        }
        int place = LONGEST.indexOf(test);
        return place < 0 ? LONGEST.size() : place;
    }
}
