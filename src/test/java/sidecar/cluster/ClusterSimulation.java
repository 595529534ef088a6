package sidecar.cluster;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.Supplier;
import sidecar.limit.Grant;
import sidecar.limit.GrantRequest;
import sidecar.limit.GrantResult;
import sidecar.limit.LimitSettings;
import sidecar.limit.QuotaLimits;
import sidecar.limit.RateLimiter;
import sidecar.time.FakeTime;

/**
 * Nodes, their network, their clocks and the store, in a time of its own: what happens is decided by a seed, and happens again with the same one. An upstream that keeps the books sees every
 * attempt.
 */
final class ClusterSimulation {

    static final Duration WINDOW = Duration.ofSeconds(61);

    /** The minute of the upstream; 61 s of a clock that is a thousandth too fast are more. */
    private static final long MINUTE = Duration.ofMillis(60_900).toNanos();

    private static final Duration SENDING = Duration.ofSeconds(5);
    private static final LeaseTimes TIMES =
            new LeaseTimes(Duration.ofSeconds(30), Duration.ofSeconds(300), WINDOW.plus(SENDING));
    private static final Duration RENEWS = Duration.ofSeconds(1);
    private static final Duration PATIENCE = Duration.ofSeconds(3);
    private static final Duration TICK = Duration.ofMillis(100);

    /** What a history is made of. */
    record Plan(int nodes, int groups, int limit, boolean faults, double[] demand) {}

    /** The way between a node and the store. */
    private enum Way {
        OPEN,
        /** Nothing comes through. */
        CUT,
        /** The store gets what is sent; its answers are lost. */
        DEAF,
        /** What is sent arrives, some of it long after the node has given up. */
        LATE
    }

    private final Random random;
    private final Plan plan;
    private final FakeTime time = new FakeTime();
    private final ShareTable table = new ShareTable();
    private final List<QuotaLimits> limits = new ArrayList<>();
    private final Map<SharedLimit, Long> shared = new HashMap<>();
    private final Map<String, Deque<Long>> attempts = new HashMap<>();
    private final List<Machine> machines = new ArrayList<>();
    private final List<String> violations = new ArrayList<>();
    private boolean storeUp = true;
    private long started;

    ClusterSimulation(long seed, Plan plan) {
        this.random = new Random(seed);
        this.plan = plan;
        for (int i = 0; i < plan.groups(); i++) {
            String group = "g" + i;
            limits.add(QuotaLimits.perMinute(group, plan.limit(), "account-" + group));
            shared.put(minute(group), (long) plan.limit());
            attempts.put(group, new ArrayDeque<>());
        }
        for (int i = 0; i < plan.nodes(); i++) {
            Machine machine = new Machine("node-" + i, plan.demand()[i]);
            machines.add(machine);
            // some come when the others have shared everything among themselves
            time.after(plan.faults() && i > 1 ? between(0, 300_000) : Duration.ZERO, machine::boot);
        }
        if (plan.faults()) {
            somethingHappens();
        }
    }

    private static SharedLimit minute(String group) {
        return new SharedLimit(group, SharedLimit.LimitKind.REQUESTS_PER_MINUTE);
    }

    /** Lets it happen. */
    void run(Duration duration) {
        time.advance(duration);
    }

    /** What was wrong, with when; empty when all was right. */
    List<String> violations() {
        return violations;
    }

    /** How many attempts a node has made since the last call. */
    long startedBy(int node) {
        long since = machines.get(node).started;
        machines.get(node).started = 0;
        return since;
    }

    /** How many attempts there were since the last call. */
    long started() {
        long since = started;
        started = 0;
        return since;
    }

    private void attempt(String group) {
        long now = time.nanos();
        Deque<Long> recent = Objects.requireNonNull(attempts.get(group));
        recent.addLast(now);
        while (now - recent.getFirst() >= MINUTE) {
            recent.removeFirst();
        }
        started++;
        if (recent.size() > plan.limit()) {
            wrong(recent.size() + " attempts of " + group + " within a minute");
        }
    }

    private void wrong(String what) {
        violations.add(Duration.between(FakeTime.BEGIN, time.instant()) + ": " + what);
    }

    private Duration between(int minMillis, int maxMillis) {
        return Duration.ofMillis(minMillis + random.nextInt(maxMillis - minMillis + 1));
    }

    private <T> T oneOf(List<T> all) {
        return all.get(random.nextInt(all.size()));
    }

    // what goes wrong

    private void somethingHappens() {
        time.after(between(1_000, 40_000), () -> {
            Machine machine = oneOf(machines);
            switch (random.nextInt(8)) {
                case 0 -> machine.crash(between(500, 30_000));
                case 1 -> machine.crash(between(30_000, 500_000));
                case 2 -> machine.way(Way.CUT, between(500, 450_000));
                case 3 -> machine.way(Way.DEAF, between(500, 450_000));
                case 4 -> machine.way(Way.LATE, between(500, 450_000));
                case 5 -> storeStops(between(200, 40_000));
                case 6 -> storeStops(between(40_000, 450_000));
                default -> machine.demand = random.nextBoolean() ? 0 : 3 * random.nextDouble();
            }
            somethingHappens();
        });
    }

    /** The store answers nobody for that long; what it holds, it holds afterwards. */
    void storeStops(Duration duration) {
        storeUp = false;
        time.after(duration, () -> storeUp = true);
    }

    /** A node dies, and comes back after that time with what it has written down. */
    void crash(int node, Duration pause) {
        machines.get(node).crash(pause);
    }

    /** A machine: its clock, its file of grants, its way to the store. */
    private final class Machine {

        private final String name;
        private final double rate = 1 + (random.nextDouble() - 0.5) / 500;
        private final long offset = random.nextLong();
        private final SimulatedGrantLog log = new SimulatedGrantLog(this::clock);
        private double demand;
        private long started;
        private Way way = Way.OPEN;
        private Optional<Node> running = Optional.empty();

        Machine(String name, double demand) {
            this.name = name;
            this.demand = demand;
        }

        private long clock() {
            return offset + (long) (time.nanos() * rate);
        }

        void boot() {
            Node node = new Node(this);
            running = Optional.of(node);
            node.later(between(0, 500), node::renew);
            node.later(between(0, 100), node::serve);
        }

        void crash(Duration pause) {
            if (running.isPresent()) {
                running = Optional.empty();
                time.after(pause, this::boot);
            }
        }

        void way(Way way, Duration duration) {
            this.way = way;
            time.after(duration, () -> this.way = Way.OPEN);
        }
    }

    /** A gateway on a machine. Once that runs another one, or none, nothing happens of what this one had begun. */
    private final class Node implements OwnedPlaces.Demand {

        private final Machine machine;
        private final Map<String, Integer> queues = new HashMap<>();
        private final OwnedPlaces places;
        private final ClusterMember member;
        private final RateLimiter limiter;

        Node(Machine machine) {
            this.machine = machine;
            this.places = new OwnedPlaces(machine::clock, TIMES);
            this.member = new ClusterMember(machine.name, machine::clock, TIMES, places);
            LimitSettings settings = new LimitSettings(WINDOW, Duration.ZERO);
            this.limiter = new RateLimiter(machine::clock, time, () -> settings, machine.log, places);
        }

        void later(Duration delay, Runnable task) {
            time.after(delay, () -> {
                if (machine.running.filter(node -> node == this).isPresent()) {
                    task.run();
                }
            });
        }

        // requests

        void serve() {
            for (QuotaLimits group : limits) {
                int waiting = Math.min(waiting(group.group()) + arriving(group), 2 * group.rpm());
                while (waiting > 0 && grant(group)) {
                    waiting--;
                }
                queues.put(group.group(), waiting);
            }
            later(TICK, this::serve);
        }

        private int waiting(String group) {
            return queues.getOrDefault(group, 0);
        }

        private int arriving(QuotaLimits group) {
            double arriving = machine.demand * group.rpm() / 60.0 * TICK.toMillis() / 1000;
            return (int) arriving + (random.nextDouble() < arriving - (int) arriving ? 1 : 0);
        }

        private boolean grant(QuotaLimits group) {
            GrantRequest request = GrantRequest.of(group.accounts().get(0));
            if (!(limiter.take(group, request) instanceof GrantResult.Granted granted)) {
                return false;
            }
            int fate = random.nextInt(100);
            Duration sending = fate < 90 ? between(0, 20) : between(0, (int) SENDING.toMillis());
            later(sending, () -> send(group, granted.grant(), fate));
            return true;
        }

        private void send(QuotaLimits group, Grant grant, int fate) {
            if (fate == 99) {
                grant.refund();
                return;
            }
            grant.stamp();
            grant.close();
            machine.started++;
            attempt(group.group());
        }

        // the store

        @Override
        public long used(SharedLimit limit) {
            return limiter.used(limits.get(Integer.parseInt(limit.group().substring(1))));
        }

        @Override
        public long wanted(SharedLimit limit) {
            int waiting = waiting(limit.group());
            return used(limit) + waiting + (waiting > 0 ? 2 : 0);
        }

        void renew() {
            Optional<Membership.Renewal> renewal = member.next(shared, this);
            if (renewal.isEmpty()) {
                ask(() -> table.join(machine.name), member::joined);
            } else {
                ask(() -> table.renew(renewal.get()), member::renewed);
            }
        }

        private <T> void ask(Supplier<T> transaction, Consumer<T> answer) {
            boolean[] over = new boolean[1];
            Way there = machine.way;
            time.after(there == Way.LATE ? between(0, 100_000) : between(0, 20), () -> {
                if (!storeUp || there == Way.CUT || machine.way == Way.CUT) {
                    return;
                }
                T said = transaction.get();
                check();
                if (there == Way.OPEN && machine.way == Way.OPEN) {
                    later(between(0, 20), () -> hear(said, answer, over));
                }
            });
            later(PATIENCE, () -> {
                if (!over[0]) {
                    over[0] = true;
                    renew();
                }
            });
        }

        private <T> void hear(T said, Consumer<T> answer, boolean[] over) {
            if (!over[0]) {
                over[0] = true;
                answer.accept(said);
                later(RENEWS, this::renew);
            }
        }
    }

    private void check() {
        shared.forEach((limit, max) -> {
            long owned = table.owned(limit);
            if (owned > max) {
                wrong(owned + " places of " + limit.group() + " owned");
            }
        });
    }
}
