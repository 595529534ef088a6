package sidecar.cluster;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
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

    private static final Duration SENDING = Duration.ofSeconds(5);
    private static final Duration LONGEST = Duration.ofMinutes(2);
    private static final LeaseTimes TIMES =
            new LeaseTimes(Duration.ofSeconds(30), Duration.ofSeconds(300), WINDOW, SENDING, LONGEST.plus(SENDING));
    private static final Duration RENEWS = Duration.ofSeconds(1);
    private static final Duration PATIENCE = Duration.ofSeconds(3);
    private static final Duration TICK = Duration.ofMillis(100);

    /**
     * What a history is made of.
     *
     * @param kinds whether groups have limits of other kinds too
     */
    record Plan(int nodes, int groups, int limit, boolean faults, boolean kinds, double[] demand) {}

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
    private final InstantSource wall;
    private final SimulatedStore store = new SimulatedStore();
    private final Map<String, QuotaLimits> limits = new LinkedHashMap<>();
    private final Map<String, UpstreamBooks> books = new HashMap<>();
    private final List<Machine> machines = new ArrayList<>();
    private final List<String> violations = new ArrayList<>();
    private boolean storeUp = true;
    private long started;

    ClusterSimulation(long seed, Plan plan) {
        this.random = new Random(seed);
        this.plan = plan;
        // midnight may come meanwhile
        Duration day = plan.kinds() ? Duration.ofHours(12).minusSeconds(random.nextInt(900)) : Duration.ZERO;
        this.wall = () -> time.instant().plus(day);
        for (int i = 0; i < plan.groups(); i++) {
            QuotaLimits group = group("g" + i);
            limits.put(group.group(), group);
            books.put(group.group(), new UpstreamBooks(group));
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

    private QuotaLimits group(String name) {
        return new QuotaLimits(
                name,
                List.of("account-" + name),
                plan.limit(),
                plan.kinds() && random.nextInt(3) == 0 ? 1 + random.nextInt(6 * plan.limit()) : 0,
                plan.kinds() && random.nextInt(3) == 0 ? 1_000 + random.nextInt(20_000) : 0,
                plan.kinds() && random.nextInt(3) == 0 ? 1 + random.nextInt(12) : 0,
                false);
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
            switch (random.nextInt(10)) {
                case 0 -> machine.crash(between(500, 30_000));
                case 1 -> machine.crash(between(30_000, 500_000));
                case 2 -> machine.way(Way.CUT, between(500, 450_000));
                case 3 -> machine.way(Way.DEAF, between(500, 450_000));
                case 4 -> machine.way(Way.LATE, between(500, 450_000));
                case 5 -> storeStops(between(200, 40_000));
                case 6 -> storeStops(between(40_000, 450_000));
                case 7 -> machine.stop(between(500, 200_000));
                case 8 -> machine.suspend(between(500, 450_000));
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

    /** From now on so much arrives at a node, in parts of the limits. */
    void demand(int node, double demand) {
        machines.get(node).demand = demand;
    }

    /** A node dies, and comes back after that time with what it has written down. */
    void crash(int node, Duration pause) {
        machines.get(node).crash(pause);
    }

    /** A node leaves in order, and comes back after that time. */
    void stop(int node, Duration pause) {
        machines.get(node).stop(pause);
    }

    /** A machine: its clock, its file of grants, its way to the store. */
    private final class Machine {

        private final NodeName name;
        private final double rate = 1 + (random.nextDouble() - 0.5) / 500;
        private final long offset = random.nextLong();
        private final SimulatedGrantLog log = new SimulatedGrantLog(this::clock);
        private double demand;
        private long started;
        private Way way = Way.OPEN;
        private Optional<Node> running = Optional.empty();
        private long suspendedNanos;
        private long sleepsUntil = time.nanos();

        Machine(String name, double demand) {
            this.name = new NodeName(name);
            this.demand = demand;
        }

        /** Stands still while the machine is suspended. */
        private long clock() {
            long asleep = Math.max(0, sleepsUntil - time.nanos());
            return offset + (long) ((time.nanos() - suspendedNanos + asleep) * rate);
        }

        void boot() {
            Node node = new Node(this);
            running = Optional.of(node);
            node.later(between(0, 500), node::renew);
            node.later(between(0, 100), node::serve);
        }

        void crash(Duration pause) {
            if (running.isPresent()) {
                Node dead = running.get();
                books.values().forEach(book -> book.died(dead));
                running = Optional.empty();
                time.after(pause, this::boot);
            }
        }

        /** Nothing more is sent; what was under way has ended; then it says that it leaves. */
        void stop(Duration pause) {
            running.ifPresent(Node::drain);
            time.after(LONGEST.plus(SENDING), () -> {
                running.filter(node -> node.draining).ifPresent(Node::leave);
                time.after(Duration.ofMillis(100), () -> {
                    if (running.filter(node -> node.draining).isPresent()) {
                        crash(pause);
                    }
                });
            });
        }

        void suspend(Duration duration) {
            if (sleepsUntil <= time.nanos()) {
                suspendedNanos += duration.toNanos();
                sleepsUntil = time.nanos() + duration.toNanos();
            }
        }

        void way(Way way, Duration duration) {
            this.way = way;
            time.after(duration, () -> this.way = Way.OPEN);
        }
    }

    /** A gateway on a machine. Once that runs another one, or none, nothing happens of what this one had begun. */
    private final class Node {

        private final Machine machine;
        private final Map<String, Integer> queues = new HashMap<>();
        private final OwnedPlaces places;
        private final ClusterMember member;
        private final RateLimiter limiter;
        private final LimitDemand demand;
        private boolean draining;
        private boolean asking;
        private int turn;

        Node(Machine machine) {
            this.machine = machine;
            this.places = new OwnedPlaces(machine::clock, wall, () -> TIMES, this::wake);
            this.member = new ClusterMember(machine.name, machine::clock, wall, () -> TIMES, places);
            LimitSettings settings = new LimitSettings(WINDOW, Duration.ZERO);
            this.limiter = new RateLimiter(machine::clock, wall, () -> settings, machine.log, places);
            this.demand = new LimitDemand(
                    limiter,
                    limits::values,
                    () -> queues.values().stream().mapToInt(Integer::intValue).sum());
        }

        void later(Duration delay, Runnable task) {
            time.after(delay, () -> {
                if (machine.running.filter(node -> node == this).isEmpty()) {
                    return;
                }
                long asleep = machine.sleepsUntil - time.nanos();
                if (asleep > 0) {
                    later(Duration.ofNanos(asleep), task);
                } else {
                    task.run();
                }
            });
        }

        // requests

        void drain() {
            draining = true;
            queues.clear();
        }

        void serve() {
            for (QuotaLimits group : limits.values()) {
                int waiting = Math.min(waiting(group.group()) + arriving(group), 2 * group.rpm());
                while (!draining && waiting > 0 && grant(group)) {
                    waiting--;
                }
                queues.put(group.group(), draining ? 0 : waiting);
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
            int tokens = group.tpm() == 0 ? 0 : random.nextInt(50) == 0 ? 2 * group.tpm() : random.nextInt(900);
            GrantRequest request = new GrantRequest(group.accounts().get(0), tokens, "", 0);
            long day = limiter.today();
            if (!(limiter.take(group, request) instanceof GrantResult.Granted granted)) {
                return false;
            }
            int fate = random.nextInt(100);
            Duration sending = fate < 90 ? between(0, 20) : between(0, (int) SENDING.toMillis());
            long latest = time.nanos() + SENDING.toNanos();
            later(sending, () -> send(group, new Begun(granted.grant(), tokens, day, latest), fate));
            return true;
        }

        private record Begun(Grant grant, int tokens, long day, long latestNanos) {}

        private void send(QuotaLimits group, Begun begun, int fate) {
            if (fate == 99 || time.nanos() > begun.latestNanos()) {
                begun.grant().refund();
                begun.grant().close();
                return;
            }
            int cost = begun.tokens() - (begun.tokens() > 0 ? random.nextInt(begun.tokens()) / 2 : 0);
            begun.grant().stamp();
            UpstreamBooks upstream = Objects.requireNonNull(books.get(group.group()));
            upstream.begin(time.nanos(), cost, begun.day(), this).ifPresent(ClusterSimulation.this::wrong);
            machine.started++;
            started++;
            Duration runs = group.concurrency() == 0
                    ? Duration.ZERO
                    : between(0, random.nextInt(50) == 0 ? (int) LONGEST.toMillis() : 5_000);
            // what runs at the upstream ends there, whatever becomes of the machine that sleeps
            boolean[] over = new boolean[1];
            time.after(LONGEST, () -> end(upstream, over));
            later(runs, () -> {
                end(upstream, over);
                begun.grant().settle(cost);
                begun.grant().close();
            });
        }

        private void end(UpstreamBooks upstream, boolean[] over) {
            if (!over[0]) {
                over[0] = true;
                upstream.end(this);
            }
        }

        // the store

        void wake() {
            if (!asking) {
                asking = true;
                int now = ++turn;
                later(Duration.ofMillis(1), () -> renew(now));
            }
        }

        void renew() {
            renew(++turn);
        }

        private void renew(int mine) {
            if (mine != turn) {
                return; // somebody was quicker
            }
            asking = true;
            Optional<Membership.Renewal> renewal = member.next(demand);
            if (renewal.isEmpty()) {
                ask(() -> store.join(machine.name.value()), member::joined);
            } else {
                ask(() -> store.renew(renewal.get()), member::renewed);
            }
        }

        /** Its last word, which may be lost. */
        void leave() {
            turn++;
            asking = true;
            member.leave(demand).ifPresent(last -> {
                if (storeUp && machine.way == Way.OPEN) {
                    store.renew(last);
                    check();
                }
            });
        }

        private <T> void ask(Supplier<T> transaction, Consumer<T> answer) {
            int mine = turn;
            Way there = machine.way;
            time.after(there == Way.LATE ? between(0, 100_000) : between(0, 20), () -> {
                if (!storeUp || there == Way.CUT || machine.way == Way.CUT) {
                    return;
                }
                T said = transaction.get();
                check();
                if (there == Way.OPEN && machine.way == Way.OPEN) {
                    later(between(0, 20), () -> hear(mine, said, answer));
                }
            });
            later(PATIENCE, () -> {
                if (mine == turn && asking) {
                    renew();
                }
            });
        }

        private <T> void hear(int mine, T said, Consumer<T> answer) {
            if (mine == turn && asking) {
                asking = false;
                answer.accept(said);
                int next = ++turn;
                later(RENEWS, () -> renew(next));
            }
        }
    }

    /** Where nothing goes wrong. After a restart or a suspension a node counts what has long been out of use: then more is owned than there is, and nothing is given. */
    private void check() {
        store.owned().forEach((limit, owned) -> {
            QuotaLimits group = Objects.requireNonNull(limits.get(limit.group()));
            if (!plan.faults() && owned > group.max(limit.kind())) {
                wrong(owned + " places of " + limit + " owned");
            }
        });
    }
}
