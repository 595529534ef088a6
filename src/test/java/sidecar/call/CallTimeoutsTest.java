package sidecar.call;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import sidecar.time.FakeTime;

class CallTimeoutsTest {

    private static final Duration LONG = Duration.ofSeconds(10);

    private final FakeTime time = new FakeTime();
    private final List<Runnable> mailbox = new ArrayList<>();
    private final List<String> expired = new ArrayList<>();
    private final CallTimeouts timeouts = new CallTimeouts(time, time, mailbox::add);

    @Test
    void aTimerThatWasRingingWhenItEndedIsNotArmedAnew() {
        timeouts.watchSilence(LONG, () -> true, () -> expired.add("silent"));
        time.advance(LONG);
        timeouts.end();

        mailbox.forEach(Runnable::run);

        assertThat(time.pending()).isZero();
        assertThat(expired).isEmpty();
    }

    @Test
    void nothingIsArmedAfterTheEnd() {
        timeouts.end();

        timeouts.until(LONG, () -> expired.add("until"));
        timeouts.inAll(LONG, () -> expired.add("in all"));
        timeouts.watchSilence(LONG, () -> false, () -> expired.add("silent"));
        time.advance(LONG);

        assertThat(time.pending()).isZero();
        assertThat(mailbox).isEmpty();
        assertThat(expired).isEmpty();
    }

    /** It would end an attempt that has just begun to be relayed, and nobody would tell the client. */
    @Test
    void oneThatHasRungTooLateForWhatItWaitedForIsNotHeard() {
        timeouts.until(LONG, () -> expired.add("no head"));
        time.advance(LONG);
        timeouts.until(LONG, () -> expired.add("no content"));

        mailbox.forEach(Runnable::run);
        assertThat(expired).isEmpty();

        mailbox.clear();
        time.advance(LONG);
        mailbox.forEach(Runnable::run);
        assertThat(expired).containsExactly("no content");
    }

    @Test
    void silenceIsToldWhenNobodyExcusesIt() {
        timeouts.watchSilence(LONG, () -> false, () -> expired.add("silent"));
        time.advance(LONG);

        mailbox.get(0).run();

        assertThat(expired).containsExactly("silent");
    }
}
