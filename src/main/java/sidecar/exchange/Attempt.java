package sidecar.exchange;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import sidecar.body.ByteBudget;
import sidecar.call.CallTimeouts;
import sidecar.call.LeasedCall;
import sidecar.exchange.format.WireFormat;
import sidecar.failure.FailureClassifier;
import sidecar.ledger.Bill;
import sidecar.pool.Lease;
import sidecar.protocol.ApiError;
import sidecar.provider.ProviderCatalog;
import sidecar.relay.RelayStep;
import sidecar.time.TimeSource;
import sidecar.upstream.Upstream;

/**
 * One wire request to one provider: its timeouts, its answer, and the end of its lease. Everything runs in the
 * exchange's mailbox; once it is over, later calls do nothing.
 */
final class Attempt implements LeasedCall.CallListener {

    /** What a stream whose last word has come may still take to end. */
    private static final Duration LINGER = Duration.ofSeconds(1);

    /** What a stream whose answer has come may still take to tell its usage. */
    private static final Duration USAGE_WAIT = Duration.ofSeconds(2);

    private final AttemptListener listener;
    private final WireFormat format;
    private final Lease lease;
    private final ExchangeSettings settings;
    private final FailureClassifier rules;
    private final CallTimeouts timeouts;
    private final ByteBudget.Share held;
    private final LeasedCall call;
    private final UpstreamResponse response;
    private final AttemptFailures failures;

    private AttemptPhase phase = AttemptPhase.HEAD;
    private AttemptEnd end = AttemptEnd.ANSWERED;
    private int untaken;

    /** @param memory in which is counted what is held back */
    Attempt(
            AttemptListener listener,
            WireFormat format,
            ExchangeSettings settings,
            FailureClassifier rules,
            Upstream upstream,
            ByteBudget memory,
            TimeSource time) {
        this.listener = listener;
        this.format = format;
        this.lease = format.lease();
        this.settings = settings;
        this.rules = rules;
        this.timeouts = new CallTimeouts(time.timer(), time.ticker(), listener::post);
        this.held = memory.share(() -> listener.post(this::commitHeld));
        this.call = new LeasedCall(upstream, Optional.of(lease), listener::post, this);
        this.response = new UpstreamResponse(format);
        this.failures = new AttemptFailures(format, response, time.clock());
    }

    /** Begins, once its distance to the request before it in its quota group is kept. */
    void start() {
        timeouts.after(lease.startIn(), this::send);
    }

    private void send() {
        if (isOver()) {
            return;
        }
        Duration head = lease.provider().endpoint().timeout();
        timeouts.until(head, () -> expired("no response head", head));
        timeouts.inAll(settings.streamTotal(), this::tooLong);
        count();
        call.send(format.upstreamRequest(settings));
    }

    private boolean isOver() {
        return phase == AttemptPhase.NOTHING;
    }

    Lease lease() {
        return lease;
    }

    /** In which form the request went out. */
    WireFormat format() {
        return format;
    }

    /** Whether it has been sent, as opposed to still keeping its distance. */
    boolean begun() {
        return call.isBegun();
    }

    /** Whether the whole request may have reached the upstream, which then failed to answer in time. */
    boolean timedOutAfterSending() {
        return timedOut() && call.isSent();
    }

    /** Whether it ended for want of content, after a head had come. */
    boolean contentTimedOut() {
        return timedOut() && response.isBegun();
    }

    private boolean timedOut() {
        return end == AttemptEnd.TIMED_OUT || (exceededBound() && !response.isCommitted());
    }

    /** What came of it so far. */
    UpstreamResponse response() {
        return response;
    }

    /** The error that the upstream refused it with; empty where it did not. */
    Optional<ApiError> refusal(ProviderCatalog catalog) {
        return failures.refusal(catalog);
    }

    /** Whether it was our own bound that ended it, and nobody's fault. */
    boolean exceededBound() {
        return end == AttemptEnd.EXCEEDED_BOUND;
    }

    /**
     * What it used, and what that costs; empty where it failed before anything was relayed, and where nothing can be known. An
     * upstream bills what it was sent and did not refuse, whether or not anybody waits for the answer still.
     *
     * @param catalog whose prices count; that of the attempt's beginning where it has none any more
     */
    Optional<Bill> bill(ProviderCatalog catalog) {
        return response.bill(end == AttemptEnd.ABANDONED && call.isSent(), lease, catalog);
    }

    /** The client took bytes of that credit. */
    void taken(int credit) {
        untaken -= credit;
        timeouts.touch();
        call.credit(credit);
    }

    /** Ends it, whatever it is doing. Idempotent. */
    void abandon() {
        if (!isOver()) {
            end = AttemptEnd.ABANDONED;
            finish();
        }
    }

    private void finish() {
        phase = AttemptPhase.NOTHING;
        // nothing more is wanted; without effect when the upstream has ended by itself
        call.close();
        timeouts.end();
        held.close();
        format.release();
        response.close();
        if (!begun()) {
            lease.unused();
        }
        response.usage().ifPresent(used -> lease.cost(used.usage().total()));
        lease.close();
    }

    // what the upstream tells

    @Override
    public void head(Upstream.Head head) {
        timeouts.touch();
        response.begin(head, rules);
        phase = AttemptPhase.BODY;
        watchSilence();
        awaitContent();
    }

    @Override
    public void data(byte[] bytes) {
        timeouts.touch();
        follow(response.take(bytes), bytes.length);
        if (isOver()) {
            return;
        }
        count();
        awaitContent();
        awaitUsage();
        if (response.lastWord() && phase != AttemptPhase.CLOSE) {
            phase = AttemptPhase.CLOSE;
            timeouts.until(LINGER, this::endLingering);
        }
    }

    /** What it holds now. */
    private void count() {
        held.set(format.heldBytes() + response.heldBytes());
    }

    /** Some upstreams tell the usage behind the end of the answer, others never do. */
    private void awaitUsage() {
        if (phase == AttemptPhase.REST && response.awaitsUsage()) {
            phase = AttemptPhase.USAGE;
            timeouts.until(USAGE_WAIT, this::endLingering);
        }
    }

    /** It may have turned out to be a stream, which has to say something within its time. */
    private void awaitContent() {
        if (phase == AttemptPhase.BODY && response.isStream()) {
            phase = AttemptPhase.CONTENT;
            timeouts.until(settings.firstContent(), () -> expired("no first content", settings.firstContent()));
        }
    }

    /** Some upstreams leave the connection open behind their last word, or go on with comments. */
    private void endLingering() {
        if (!isOver()) {
            follow(response.endHere(), 0);
        }
    }

    /** What is held back takes memory that others need more. */
    private void commitHeld() {
        if (!isOver() && response.isBegun()) {
            follow(response.commitHeld(), 0);
            count();
        }
    }

    @Override
    public void end() {
        follow(response.end(), 0);
    }

    @Override
    public void failed(Upstream.Failure failure) {
        if (response.isBegun()) {
            follow(response.broken(failure.message()), 0);
        } else if (failure.cause() == Upstream.Cause.STALE && listener.mayRetry()) {
            finish();
            listener.retry(this);
        } else {
            fails(failures.of(failure));
        }
    }

    // what time tells

    private void expired(String what, Duration max) {
        if (!isOver()) {
            end = AttemptEnd.TIMED_OUT;
            fails(failures.timeout(0, what + " within " + max.toSeconds() + " s"));
        }
    }

    /** An upstream that waits for a slow client is not to blame for its silence. */
    private void watchSilence() {
        Duration idle = settings.streamIdle();
        timeouts.watchSilence(
                idle, () -> untaken > 0, () -> stop(AttemptEnd.TIMED_OUT, "the upstream fell silent for ", idle));
    }

    private void tooLong() {
        stop(AttemptEnd.EXCEEDED_BOUND, "the answer took longer than ", settings.streamTotal());
    }

    private void stop(AttemptEnd why, String how, Duration max) {
        if (isOver()) {
            return;
        }
        end = why;
        String reason = how + max.toSeconds() + " s";
        if (response.isCommitted()) {
            follow(response.broken(reason), 0);
        } else {
            fails(failures.timeout(response.status(), reason));
        }
    }

    // what the relay decides

    /** @param credit of the bytes that led to these steps: the client's to give back, or nobody's when none are passed */
    private void follow(List<RelayStep> steps, int credit) {
        int lastPass = RelayStep.lastPass(steps);
        if (lastPass >= 0) {
            untaken += credit;
        } else {
            call.credit(credit);
        }
        for (int i = 0; i < steps.size() && !isOver(); i++) {
            follow(steps.get(i), i == lastPass ? credit : 0);
        }
    }

    private void follow(RelayStep step, int credit) {
        if (step instanceof RelayStep.PassBytes pass) {
            listener.pass(pass.bytes(), credit);
        } else if (step instanceof RelayStep.Commit commit) {
            commit(commit);
        } else if (step instanceof RelayStep.BeginContent) {
            listener.content();
        } else if (step instanceof RelayStep.RememberId issued) {
            listener.issued(this, issued.id());
        } else if (step instanceof RelayStep.Fail fail) {
            fails(failures.of(fail));
        } else {
            finish();
            if (step instanceof RelayStep.Truncate cut) {
                listener.cut(this, cut.reason());
            } else if (step instanceof RelayStep.RetryWithoutUsage) {
                listener.usageRefused(this);
            } else {
                listener.complete(this);
            }
        }
    }

    private void fails(Lease.Failed failed) {
        if (failed.status() >= 400) {
            lease.cost(0); // what is refused is not billed
        }
        // before the lease is closed: what that makes room for must not be let in to meet the same failure
        lease.failed(failed);
        finish();
        listener.failed(this, failed);
    }

    private void commit(RelayStep.Commit commit) {
        int status = response.status();
        if (status < 400) {
            lease.succeeded(status);
        }
        format.release();
        listener.commit(this, status, response.clientHeaders(commit), commit.length(), response.isStream());
        if (phase != AttemptPhase.CLOSE && phase != AttemptPhase.USAGE) {
            phase = AttemptPhase.REST;
            watchSilence();
        }
    }
}
