package sidecar.call;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class MailboxTest {

    private final List<String> ran = new ArrayList<>();
    private final Mailbox mailbox = new Mailbox(bug -> ran.add("bug " + bug.getMessage()));

    @Test
    void whatIsPostedFromInsideRunsAfterwards() {
        mailbox.post(() -> {
            mailbox.post(() -> ran.add("inner"));
            ran.add("outer");
        });

        assertThat(ran).containsExactly("outer", "inner");
    }

    @Test
    void anExceptionIsToldAndTheRestStillRuns() {
        mailbox.post(() -> {
            mailbox.post(() -> ran.add("next"));
            throw new IllegalStateException("x");
        });
        mailbox.post(() -> ran.add("later"));

        assertThat(ran).containsExactly("bug x", "next", "later");
    }

    @Test
    void stepsOfManyThreadsRunOneAtATimeAndNoneIsLost() throws InterruptedException {
        AtomicInteger inside = new AtomicInteger();
        int[] count = {0};
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            Thread thread = new Thread(() -> {
                for (int n = 0; n < 2000; n++) {
                    mailbox.post(() -> {
                        if (inside.incrementAndGet() != 1) {
                            throw new IllegalStateException("two at once");
                        }
                        count[0]++;
                        inside.decrementAndGet();
                    });
                }
            });
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }

        assertThat(count[0]).isEqualTo(8000);
        assertThat(ran).isEmpty();
    }
}
