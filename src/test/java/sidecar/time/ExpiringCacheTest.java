package sidecar.time;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.benmanes.caffeine.cache.Cache;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExpiringCacheTest {

    private static final Duration MINUTE = Duration.ofMinutes(1);

    private static Cache<Integer, String> cache(Ticker ticker) {
        return ExpiringCache.create(100, MINUTE, ticker);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 987_654_321_000_000L, Long.MAX_VALUE - 10})
    void anEntryExpiresAfterItsLastWriteNotItsLastRead(long beginNanos) {
        FakeTime time = new FakeTime(beginNanos);
        Cache<Integer, String> cache = cache(time);
        cache.put(1, "a");
        time.advance(MINUTE.minusMillis(1));
        assertThat(cache.getIfPresent(1)).isEqualTo("a");

        cache.put(1, "b");
        time.advance(MINUTE.minusMillis(1));
        assertThat(cache.getIfPresent(1)).isEqualTo("b");
        time.advance(Duration.ofMillis(1));
        assertThat(cache.getIfPresent(1)).isNull();
    }

    @Test
    void whatHasExpiredLeavesMemoryWithTheNextWrites() {
        FakeTime time = new FakeTime();
        Cache<Integer, String> cache = cache(time);
        for (int i = 0; i < 50; i++) {
            cache.put(i, "a");
        }
        time.advance(MINUTE);

        cache.put(50, "b");

        assertThat(cache.estimatedSize()).isEqualTo(1);
    }

    @Test
    void noMoreThanTheMaximumIsHeldAndTheLatestIsAmongThem() {
        Cache<Integer, String> cache = cache(new FakeTime());

        for (int i = 0; i < 10_000; i++) {
            cache.put(i, "a");
            assertThat(cache.getIfPresent(i)).isEqualTo("a");
            assertThat(cache.estimatedSize()).isLessThanOrEqualTo(100);
        }
    }
}
