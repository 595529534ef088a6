package sidecar.it;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import sidecar.kit.Await;
import sidecar.kit.ClassHistogram;
import sidecar.kit.ServerProcess;

/**
 * What a server at rest holds: threads, connections, files, timers and heap, after collections of its garbage.
 *
 * @param threads of the operating system
 * @param threadGroups Java threads by name, numbers left out
 * @param connections TCP, in any state
 * @param files everything open, connections included
 * @param heap by class
 */
record Footprint(int threads, Map<String, Long> threadGroups, int connections, int files, ClassHistogram heap) {

    /** What an exchange is made of: of an exchange that is over nothing may be left. */
    static final List<String> EXCHANGE =
            List.of("sidecar.exchange.Exchange", "sidecar.exchange.Attempt", "sidecar.exchange.edge.ServletStream");

    /** What the names of all our own classes begin with. */
    static final String OURS = "sidecar.";

    private static final String TIMER_TASK = "java.util.concurrent.ScheduledThreadPoolExecutor$ScheduledFutureTask";
    private static final int COLLECTIONS = 3;
    private static final Duration BETWEEN_COLLECTIONS = Duration.ofSeconds(1);

    static {
        for (String name : EXCHANGE) {
            try {
                // a class that has been renamed would be found nowhere, and look as if nothing were left of it
                Class.forName(name, false, Footprint.class.getClassLoader());
            } catch (ClassNotFoundException e) {
                throw new AssertionError("what an exchange is made of has other names now", e);
            }
        }
    }

    Footprint {
        threadGroups = Map.copyOf(threadGroups);
    }

    /** Measures; whatever finalizers and cleaners let go of is gone before. */
    static Footprint of(ServerProcess process) {
        for (int i = 0; i < COLLECTIONS; i++) {
            process.collectGarbage();
            Await.sleep(BETWEEN_COLLECTIONS);
        }
        return new Footprint(
                process.threads(),
                process.threadNames().stream()
                        .collect(Collectors.groupingBy(Footprint::group, TreeMap::new, Collectors.counting())),
                process.connections(),
                process.openFiles().size(),
                process.classHistogram());
    }

    /** A thread's name without what tells it from its brothers. */
    private static String group(String name) {
        return name.replaceAll("[0-9]+", "#");
    }

    /** Timers that wait for their time, of every scheduler there is. */
    long timers() {
        return heap.instances(TIMER_TASK);
    }

    /** Objects of all our own classes. */
    long ownObjects() {
        return heap.instancesBelow(OURS);
    }
}
