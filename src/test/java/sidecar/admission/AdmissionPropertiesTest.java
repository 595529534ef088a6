package sidecar.admission;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import sidecar.pool.Lease;
import sidecar.pool.SomeProvider;
import sidecar.provider.Provider;
import sidecar.time.FakeTime;

/**
 * What must hold whatever happens: 10,000 short lives of a queue, each with its own providers, limits, quota groups and
 * visitors, drawn from one seed. The test keeps its own books and never asks Sidecar how many places are taken.
 */
class AdmissionPropertiesTest {

    private static final int RUNS = 10_000;
    private static final int STEPS = 24;
    private static final long SEED = 20261124;
    private static final List<String> MODELS = List.of("m", "x", "y");
    private static final int DEPTH = 4;

    @Test
    void noLimitIsPassedNobodyIsOvertakenAndEverybodyIsAnsweredOnce() {
        Random random = new Random(SEED);
        int granted = 0;
        for (int run = 0; run < RUNS; run++) {
            Life life = new Life(random, run);
            for (int step = 0; step < STEPS; step++) {
                life.step();
            }
            granted += life.end();
        }
        assertThat(granted).as("grants in all").isGreaterThan(RUNS);
    }

    /** A place as the test's books have it. */
    private static final class Place {
        final Lease lease;
        boolean stamped;
        long stampedNanos;

        Place(Lease lease) {
            this.lease = lease;
        }
    }

    private static final class Guest {
        final int number;
        final String model;
        int answers;
        boolean gone;
        Admission.Ticket ticket = () -> {};

        Guest(int number, String model) {
            this.number = number;
            this.model = model;
        }
    }

    private static final class Life {
        private final Random random;
        private final String what;
        private final FakeTime time;
        private final AdmissionFixture hall;
        private final Map<String, Integer> limits = new HashMap<>();
        private final Map<String, List<Place>> places = new HashMap<>();
        private final List<Place> open = new ArrayList<>();
        private final List<Guest> guests = new ArrayList<>();
        private int granted;

        Life(Random random, int run) {
            this.random = random;
            this.what = "seed " + SEED + ", run " + run;
            this.time = new FakeTime(random.nextBoolean() ? 5 : Long.MAX_VALUE - 100_000_000_000L);
            this.hall = new AdmissionFixture(time, providers());
            hall.settings = new AdmissionSettings(
                    DEPTH, Duration.ofSeconds(random.nextInt(3) * 100L), Duration.ofSeconds(random.nextInt(20)));
        }

        private SomeProvider[] providers() {
            SomeProvider[] all = new SomeProvider[1 + random.nextInt(4)];
            int[] rpm = {1 + random.nextInt(3), 1 + random.nextInt(3)};
            for (int i = 0; i < all.length; i++) {
                int group = random.nextInt(2);
                all[i] = SomeProvider.named("p" + i).group("g" + group).rpm(rpm[group]);
                limits.put("g" + group, rpm[group]);
                for (String model : MODELS) {
                    if (random.nextInt(3) > 0) {
                        all[i].maps(model, "n");
                    }
                }
            }
            return all;
        }

        void step() {
            switch (random.nextInt(6)) {
                case 0, 1 -> arrive();
                case 2 -> settle();
                case 3 -> leave();
                default -> time.advance(Duration.ofMillis(random.nextInt(40_000)));
            }
            assertThat(hall.admission.depth()).as(what).isLessThanOrEqualTo(DEPTH);
            assertThat(hall.admission.depth()).as(what).isEqualTo((int)
                    guests.stream().filter(this::waits).count());
        }

        private boolean waits(Guest guest) {
            return guest.answers == 0 && !guest.gone;
        }

        private void arrive() {
            Guest guest = new Guest(guests.size(), MODELS.get(random.nextInt(MODELS.size())));
            guests.add(guest);
            WaitHistory history =
                    new WaitHistory("r" + guest.number, "c", time.nanos() + AdmissionFixture.FOR_EVER.toNanos());
            guest.ticket = hall.admission.ask(new AdmissionRequest(
                    history,
                    AdmissionFixture.wish(guest.model),
                    Optional.empty(),
                    Duration.ZERO,
                    result -> told(guest, result)));
        }

        private void told(Guest guest, AdmissionResult result) {
            guest.answers++;
            if (result instanceof AdmissionResult.Admitted given) {
                took(guest, given.lease());
            }
        }

        private void took(Guest guest, Lease lease) {
            granted++;
            Provider provider = lease.provider();
            List<Place> taken = places.computeIfAbsent(provider.group(), group -> new ArrayList<>());
            long now = time.nanos();
            taken.removeIf(place -> place.stamped && now - place.stampedNanos >= AdmissionFixture.WINDOW.toNanos());
            assertThat(taken.size())
                    .as(what + ": places of " + provider.group())
                    .isLessThan(limits.get(provider.group()));
            guests.stream()
                    .filter(other -> other.number < guest.number && waits(other))
                    .forEach(other -> assertThat(provider.mapping(other.model))
                            .as(what + ": " + other.number + " is overtaken by " + guest.number)
                            .isEmpty());
            Place place = new Place(lease);
            taken.add(place);
            open.add(place);
        }

        private void settle() {
            if (open.isEmpty()) {
                return;
            }
            Place place = open.remove(random.nextInt(open.size()));
            if (random.nextInt(3) == 0) {
                places.values().forEach(taken -> taken.remove(place));
                place.lease.unused();
            } else {
                place.stamped = true;
                place.stampedNanos = time.nanos();
                place.lease.sent();
            }
            place.lease.close();
            place.lease.close();
        }

        private void leave() {
            List<Guest> waiting = guests.stream().filter(this::waits).toList();
            if (!waiting.isEmpty()) {
                Guest guest = waiting.get(random.nextInt(waiting.size()));
                guest.gone = true;
                guest.ticket.cancel();
            }
        }

        int end() {
            if (random.nextBoolean()) {
                hall.admission.drain();
            } else {
                while (!open.isEmpty()) {
                    settle();
                }
                time.advance(Duration.ofMinutes(10));
            }
            for (Guest guest : guests) {
                assertThat(guest.answers)
                        .as(what + ": answers to " + guest.number)
                        .isEqualTo(guest.gone ? 0 : 1);
            }
            assertThat(hall.admission.depth()).as(what).isZero();
            assertThat(time.pending()).as(what + ": timers left").isZero();
            return granted;
        }
    }
}
