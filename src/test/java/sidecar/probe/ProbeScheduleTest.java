package sidecar.probe;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import sidecar.pool.SomeProvider;
import sidecar.pool.VerificationProbes;
import sidecar.provider.CatalogHolder;
import sidecar.provider.Provider;
import sidecar.provider.ProviderCatalog;
import sidecar.time.FakeTime;

class ProbeScheduleTest {

    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final FakeTime time = new FakeTime();
    private final CatalogHolder catalog = new CatalogHolder();
    private ProbeSettings settings = rules(ProbeSettings.Mode.MODELS, MINUTE);
    private final VerificationProbes verificationProbes = new VerificationProbes(time);
    private final ProbeSchedule schedule = new ProbeSchedule(catalog, () -> settings, verificationProbes, time);
    private final Map<String, List<Long>> probed = new TreeMap<>();
    private final List<Long> all = new ArrayList<>();

    private static ProbeSettings rules(ProbeSettings.Mode mode, Duration interval) {
        return new ProbeSettings(mode, interval, Duration.ofSeconds(10), "/v1/models");
    }

    private void of(SomeProvider... providers) {
        List<Provider> built = new ArrayList<>();
        for (SomeProvider provider : providers) {
            built.add(provider.build());
        }
        catalog.publish(new ProviderCatalog(built));
    }

    private static SomeProvider named(String name) {
        return SomeProvider.named(name).maps("m", "n");
    }

    /** As the edge does: looks, naps, looks again. Every probe is over at once. */
    private void run(Duration duration) {
        long end = seconds(duration);
        while (now() < end) {
            schedule.next().ifPresent(turn -> {
                note(turn);
                schedule.ended(turn.provider());
            });
            time.advance(schedule.delayToNext());
        }
    }

    private void note(ProbeSchedule.Turn turn) {
        probed.computeIfAbsent(turn.provider().name(), name -> new ArrayList<>())
                .add(now());
        all.add(now());
    }

    private long now() {
        return Duration.between(FakeTime.BEGIN, time.instant()).toMillis();
    }

    private long seconds(Duration duration) {
        return now() + duration.toMillis();
    }

    private static List<Long> gaps(List<Long> times) {
        return IntStream.range(1, times.size())
                .mapToObj(i -> times.get(i) - times.get(i - 1))
                .toList();
    }

    @Test
    void everyProviderIsProbedOnceAnIntervalAndNeverTwoTogether() {
        of(IntStream.range(0, 12).mapToObj(i -> named("p" + i)).toArray(SomeProvider[]::new));

        run(Duration.ofSeconds(181));

        assertThat(all).hasSize(36);
        assertThat(gaps(all)).allSatisfy(gap -> assertThat(gap).isBetween(5_000L, 5_030L));
        assertThat(probed)
                .hasSize(12)
                .allSatisfy((name, times) -> assertThat(gaps(times))
                        .allSatisfy(gap -> assertThat(gap).isBetween(60_000L, 60_300L)));
    }

    @Test
    void theFirstRoundTooIsSpreadOverTheInterval() {
        of(named("a"), named("b"), named("c"));

        run(Duration.ofSeconds(61));

        assertThat(all).hasSize(3);
        assertThat(all.get(0)).isBetween(20_000L, 20_030L);
    }

    @Test
    void aNewProviderGoesFirst() {
        of(named("a"), named("b"));
        run(Duration.ofSeconds(61));
        probed.clear();
        of(named("a"), named("b"), named("new"));

        run(Duration.ofSeconds(20));

        assertThat(probed).containsOnlyKeys("new");
    }

    @Test
    void switchingAProviderOffAndOnDoesNotMakeItComeSooner() {
        of(named("a"));
        run(Duration.ofSeconds(61));
        of(named("a").disabled());
        run(Duration.ofSeconds(5));
        of(named("a"));

        run(Duration.ofMinutes(2));

        assertThat(gaps(all)).isNotEmpty().allSatisfy(gap -> assertThat(gap).isGreaterThanOrEqualTo(60_000));
    }

    @Test
    void onlyEnabledProvidersWithAReadableKeyAreProbed() {
        of(named("off").disabled(), named("keyless").withoutKey(), named("good"));

        run(Duration.ofMinutes(3));

        assertThat(probed).containsOnlyKeys("good");
    }

    @Test
    void nobodyIsProbedWhileProbesAreOffAndSwitchingThemOnActsWithinASecond() {
        of(named("a"));
        settings = rules(ProbeSettings.Mode.OFF, MINUTE);
        run(Duration.ofMinutes(3));
        assertThat(all).isEmpty();

        settings = rules(ProbeSettings.Mode.MODELS, MINUTE);
        run(Duration.ofSeconds(2));

        assertThat(all).hasSize(1);
    }

    @Test
    void aShorterIntervalActsWithinASecond() {
        of(named("a"));
        run(Duration.ofSeconds(62));
        all.clear();
        settings = rules(ProbeSettings.Mode.MODELS, Duration.ofSeconds(5));

        run(Duration.ofSeconds(21));

        assertThat(all).hasSize(4);
    }

    @Test
    void aProbeThatIsOutIsNotRepeatedAndTheOthersGoOn() {
        of(named("hangs"), named("b"));
        time.advance(MINUTE);
        ProbeSchedule.Turn hanging = schedule.next().orElseThrow();
        assertThat(hanging.provider().name()).isEqualTo("hangs");

        run(Duration.ofMinutes(5));
        assertThat(probed).containsOnlyKeys("b");
        assertThat(probed.get("b")).hasSize(5);

        schedule.ended(hanging.provider());
        run(Duration.ofSeconds(31));
        assertThat(probed.get("hangs")).hasSize(1);
    }

    @Test
    void soManyHangingProvidersAreEnough() {
        of(IntStream.range(0, 40).mapToObj(i -> named("p" + i)).toArray(SomeProvider[]::new));
        List<ProbeSchedule.Turn> hanging = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            time.advance(Duration.ofSeconds(2));
            schedule.next().ifPresent(hanging::add);
        }
        assertThat(hanging).hasSize(ProbeSchedule.MOST_OUT);

        schedule.ended(hanging.get(0).provider());

        assertThat(schedule.next()).isPresent();
    }

    @Test
    void napsAreShortEnoughForChangesAndLongEnoughForTheProcessor() {
        assertThat(schedule.delayToNext()).isEqualTo(Duration.ofSeconds(1));
        of(named("a"));
        assertThat(schedule.delayToNext()).isEqualTo(Duration.ofSeconds(1));
        time.advance(MINUTE);
        assertThat(schedule.delayToNext()).isEqualTo(Duration.ofMillis(20));

        schedule.next();

        assertThat(schedule.delayToNext()).as("it hangs").isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void aChatIsWithOneModelThatHasANameUpstream() {
        settings = rules(ProbeSettings.Mode.CHAT, MINUTE);

        assertThat(chat(SomeProvider.named("a")
                        .maps("*", "*")
                        .maps("first", "n1")
                        .maps("second", "n2")))
                .contains("first");
        assertThat(chat(SomeProvider.named("a").maps("*", "*"))).isEmpty();
        assertThat(chat(SomeProvider.named("a"))).isEmpty();
    }

    @Test
    void aCheckOfOneThatNamesNoModelAsksForItsList() {
        settings = rules(ProbeSettings.Mode.MODELS, Duration.ofHours(1));
        of(SomeProvider.named("a").maps("*", "*"));
        verificationProbes.failed(catalog.get().byName("a").orElseThrow().id(), "");
        schedule.next().ifPresent(turn -> schedule.ended(turn.provider()));
        time.advance(Duration.ofMinutes(5));

        assertThat(schedule.next())
                .hasValueSatisfying(turn -> assertThat(turn.chat()).isEmpty());
    }

    @Test
    void withoutChatsNoModelIsNamed() {
        assertThat(chat(named("a"))).isEmpty();
    }

    private Optional<String> chat(SomeProvider provider) {
        return ProbeSchedule.Turn.of(provider.build(), settings).chat();
    }

    @Test
    void aCheckComesFirstAsAChatWithItsModelAndOnlyOnce() {
        settings = rules(ProbeSettings.Mode.MODELS, Duration.ofHours(1));
        of(named("a"), named("b"));
        String b = catalog.get().byName("b").orElseThrow().id();
        verificationProbes.requestCheck(b, "m");

        assertThat(schedule.next()).hasValueSatisfying(turn -> {
            assertThat(turn.provider().name()).isEqualTo("b");
            assertThat(turn.chat()).contains("m");
        });
        assertThat(schedule.next().map(turn -> turn.provider().name())).isNotEqualTo(Optional.of("b"));
    }

    @Test
    void anAccountThatWasRefusedIsTriedWithAnyModelThatIsMappedByName() {
        settings = rules(ProbeSettings.Mode.MODELS, Duration.ofHours(1));
        of(named("a"));
        verificationProbes.failed(catalog.get().byName("a").orElseThrow().id(), "");
        schedule.next();
        time.advance(Duration.ofMinutes(5));

        assertThat(schedule.next().flatMap(ProbeSchedule.Turn::chat)).contains("m");
    }

    @Test
    void nothingIsCheckedOfOneThatIsDisabledOrGoneAndWhereProbesAreOff() {
        of(named("a").disabled());
        verificationProbes.requestCheck(catalog.get().byName("a").orElseThrow().id(), "m");
        verificationProbes.requestCheck("gone", "m");
        assertThat(schedule.next()).isEmpty();
        assertThat(schedule.next()).isEmpty();

        settings = rules(ProbeSettings.Mode.OFF, MINUTE);
        of(named("b"));
        verificationProbes.requestCheck(catalog.get().byName("b").orElseThrow().id(), "m");
        assertThat(schedule.next()).isEmpty();
    }

    /** Another node's round is going on. */
    @Test
    void whatIsVerifiedComesWithoutARound() {
        of(named("a"), named("b"));

        assertThat(schedule.nextVerification()).isEmpty();
        verificationProbes.requestCheck(catalog.get().byName("b").orElseThrow().id(), "m");

        assertThat(schedule.nextVerification().orElseThrow().provider().name()).isEqualTo("b");
        assertThat(schedule.nextVerification()).isEmpty();
    }
}
