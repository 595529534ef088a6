package sidecar.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import sidecar.pool.PoolInspector;
import sidecar.upstream.Upstream;

/** Callbacks from several threads in any order: whatever happens, an exchange ends once and leaves nothing behind. */
class ExchangeStressTest {

    @Test
    void everyInterleavingEndsExactlyOnceWithEveryLeaseClosed() throws InterruptedException {
        Random seeds = new Random(2026);
        for (int round = 0; round < 40; round++) {
            ExchangeFixture fixture = ExchangeFixture.ofTwo();
            fixture.heartbeatGrace = Duration.ofSeconds(15L * (round % 3));
            long seed = seeds.nextLong();
            CountDownLatch go = new CountDownLatch(1);
            List<Thread> threads = new ArrayList<>();
            for (int who = 0; who < 3; who++) {
                Random random = new Random(seed + who);
                Thread thread = new Thread(() -> {
                    try {
                        go.await();
                    } catch (InterruptedException stopped) {
                        return;
                    }
                    for (int step = 0; step < 25; step++) {
                        act(fixture, random);
                    }
                });
                threads.add(thread);
                thread.start();
            }
            fixture.stream();
            go.countDown();
            for (Thread thread : threads) {
                thread.join();
            }
            fixture.exchange().disconnected();
            fixture.time.advance(Duration.ofHours(2));

            assertThat(fixture.entries).as("seed %s", seed).hasSize(1);
            assertThat(fixture.done).hasValue(1);
            assertThat(fixture.time.pending()).isZero();
            assertThat(fixture.held.held()).isZero();
            assertThat(fixture.client.breaches).as("seed %s", seed).isEmpty();
            assertThat(PoolInspector.inFlight(fixture.pool, fixture.provider("p1")))
                    .isZero();
            assertThat(PoolInspector.inFlight(fixture.pool, fixture.provider("p2")))
                    .isZero();
        }
    }

    private static void act(ExchangeFixture fixture, Random random) {
        List<FakeUpstream.Call> calls;
        synchronized (fixture.upstream.calls) {
            calls = new ArrayList<>(fixture.upstream.calls);
        }
        Collections.shuffle(calls, random);
        FakeUpstream.Call call = calls.isEmpty() ? null : calls.get(0);
        int what = random.nextInt(40);
        if (what == 0) {
            fixture.exchange().disconnected();
        } else if (what == 1) {
            fixture.exchange().shutdown();
        } else if (what < 8) {
            fixture.time.advance(Duration.ofSeconds(random.nextInt(40)));
        } else if (call == null) {
            fixture.exchange().taken(0);
        } else if (what < 17) {
            if (call.headed.compareAndSet(false, true)) {
                if (what < 14) {
                    call.stream();
                } else {
                    call.head(random.nextBoolean() ? 500 : 429);
                }
            }
        } else if (what < 30) {
            call.data(random.nextBoolean() ? ExchangeFixture.delta("n1", "x") : ExchangeFixture.role("n1"));
        } else if (what < 33) {
            call.data(ExchangeFixture.stop("n1") + ExchangeFixture.DONE);
        } else if (what < 36) {
            call.end();
        } else {
            call.fails(Upstream.Cause.RESET, random.nextBoolean());
        }
    }
}
