package sidecar.exchange;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.zip.DataFormatException;
import org.jspecify.annotations.Nullable;
import sidecar.body.ByteBudget;
import sidecar.failure.FailureClass;
import sidecar.failure.Verdict;
import sidecar.ledger.Bill;
import sidecar.ledger.MeteredUsage;
import sidecar.pool.Lease;
import sidecar.protocol.ApiError;
import sidecar.protocol.ResponsesStreamPosition;
import sidecar.protocol.UpstreamError;
import sidecar.protocol.UsageMeter;
import sidecar.provider.Price;
import sidecar.provider.Redactor;
import sidecar.relay.Relay;
import sidecar.relay.RelayStep;
import sidecar.relay.StreamInflater;
import sidecar.upstream.Header;
import sidecar.upstream.HeaderRules;
import sidecar.upstream.Headers;
import sidecar.upstream.Upstream;

/**
 * One wire request to one provider: its timeouts, its answer, and the end of its lease. Everything runs in the
 * exchange's mailbox; once it is over, later calls do nothing.
 */
final class Attempt implements LeasedCall.Listener {

    /** What a stream whose last word has come may still take to end. */
    private static final Duration LINGER = Duration.ofSeconds(1);

    /** What the exchange is told of its attempt. */
    interface Owner {
        void post(Runnable step);

        /** It failed before anything was relayed. */
        void failed(Attempt attempt, Lease.Failed failed);

        /** Whether the same provider may be asked once more for a fault that is nobody's. */
        boolean mayRetry();

        /** It failed by nobody's fault. */
        void retry(Attempt attempt);

        /** It was refused only because it asked for usage. */
        void usageRefused(Attempt attempt);

        void commit(Attempt attempt, int status, Headers headers, long length, boolean stream);

        void content();

        /** {@code credit} goes back to the upstream when the client took the bytes. */
        void pass(byte[] bytes, int credit);

        void complete(Attempt attempt);

        /** It broke off after something was relayed. */
        void cut(Attempt attempt, String how);
    }

    /** What it waits for. */
    private enum Phase {
        /** Its turn in the quota group, or the response head. */
        HEAD,
        /** The end of a plain answer, or the first bytes that tell that it is a stream. */
        BODY,
        /** The first content of a stream. */
        CONTENT,
        /** More of what is relayed, or its end. */
        REST,
        /** The end of a stream whose last word has come. */
        CLOSE,
        NOTHING
    }

    /** Why it ended, where that is known only here. */
    private enum End {
        /** By what came, or it has not ended. */
        ANSWERED,
        TIMED_OUT,
        /** By our own bound on the length of an answer. */
        EXCEEDED_BOUND,
        /** Nobody waited for it any more. */
        ABANDONED
    }

    private final ExchangeServices services;
    private final Owner owner;
    private final Translation translation;
    private final Lease lease;
    private final UsageMeter meter;
    private final ExchangeSettings settings;
    private final AttemptTimeouts timeouts;
    private final ByteBudget.Share held;
    private final LeasedCall call;

    private Phase phase = Phase.HEAD;
    private End end = End.ANSWERED;
    private Upstream.@Nullable Head head;
    private @Nullable Relay relay;
    private @Nullable StreamInflater inflater;
    private String refusal = "";
    private int untaken;

    Attempt(ExchangeServices services, Owner owner, Translation translation) {
        this.services = services;
        this.owner = owner;
        this.translation = translation;
        this.lease = translation.lease();
        this.meter = translation.meter();
        this.settings = services.settings().get();
        this.timeouts = new AttemptTimeouts(services.timer(), services.ticker(), owner::post);
        this.held = services.memory().share(() -> owner.post(this::commitHeld));
        this.call = new LeasedCall(services.upstream(), Optional.of(lease), owner::post, this);
    }

    /** Begins, once its distance to the request before it in its quota group is kept. */
    void start() {
        Duration gap = lease.startIn();
        if (gap.isZero()) {
            send();
        } else {
            timeouts.until(gap, this::send);
        }
    }

    private void send() {
        if (isOver()) {
            return;
        }
        Duration head = lease.provider().endpoint().timeout();
        timeouts.until(head, () -> expired("no response head", head));
        timeouts.inAll(settings.streamTotal(), this::tooLong);
        call.send(translation.upstreamRequest(settings));
    }

    private boolean isOver() {
        return phase == Phase.NOTHING;
    }

    Lease lease() {
        return lease;
    }

    /** Whether it has been sent, as opposed to still keeping its distance. */
    boolean begun() {
        return call.isBegun();
    }

    /** Whether its answer was shaped by our asking for usage. */
    boolean injected() {
        return translation.injected();
    }

    /** Whether the whole request may have reached the upstream, which then failed to answer in time. */
    boolean timedOutAfterSending() {
        return timedOut() && call.isSent();
    }

    /** Whether it ended for want of content, after a head had come. */
    boolean contentTimedOut() {
        return timedOut() && head != null;
    }

    private boolean timedOut() {
        return end == End.TIMED_OUT || (exceededBound() && !isCommitted());
    }

    private boolean isCommitted() {
        return relay != null && relay.isCommitted();
    }

    /** Whether its answer has said its last word, although the upstream may not have ended yet. */
    boolean isComplete() {
        return relay != null && relay.isComplete();
    }

    /** Whether the upstream ended its answer with an error event of its own, after some of it was relayed. */
    boolean endedWithError() {
        return relay != null && relay.endedWithError();
    }

    /** The error that the upstream refused it with; empty where it did not. */
    Optional<ApiError> refusal() {
        if (status() < 400 || status() >= 500) {
            return Optional.empty();
        }
        // several keys may lead to one host, which may speak of another one than it was sent
        Redactor everything = Redactor.of(services.catalog().get().all().stream()
                .flatMap(provider -> provider.endpoint().secrets().stream())
                .collect(Collectors.toSet()));
        byte[] said = everything.bytes(refusal.getBytes(StandardCharsets.UTF_8));
        return Optional.of(UpstreamError.of(status(), said));
    }

    /** Whether it was our own bound that ended it, and nobody's fault. */
    boolean exceededBound() {
        return end == End.EXCEEDED_BOUND;
    }

    /** Where the stream stands that it relays. */
    ResponsesStreamPosition position() {
        return relay == null ? ResponsesStreamPosition.BEGINNING : relay.position();
    }

    /** What it used, and what that costs; empty where it failed before anything was relayed, and where nothing can be known. */
    Optional<Bill> bill() {
        return usage().or(this::unawaited).map(used -> used.at(price()));
    }

    /** An upstream bills what it was sent and did not refuse, whether or not anybody waits for the answer still. */
    private Optional<MeteredUsage> unawaited() {
        boolean refused = head != null && head.status() >= 300;
        return end == End.ABANDONED && call.isSent() && !isCommitted() && !refused
                ? meter.metered(false)
                : Optional.empty();
    }

    /** The price of now; of the attempt's beginning where there is none any more. */
    private Price price() {
        return services.catalog()
                .get()
                .byId(lease.provider().id())
                .flatMap(provider -> provider.mapping(lease.model()))
                .orElse(lease.mapping())
                .cost();
    }

    private Optional<MeteredUsage> usage() {
        return relay == null ? Optional.empty() : relay.usage();
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
            end = End.ABANDONED;
            finish();
        }
    }

    private void finish() {
        phase = Phase.NOTHING;
        // nothing more is wanted; without effect when the upstream has ended by itself
        call.close();
        timeouts.end();
        held.close();
        if (inflater != null) {
            inflater.close();
        }
        if (!begun()) {
            lease.unused();
        }
        usage().ifPresent(used -> lease.cost(used.usage().total()));
        lease.close();
    }

    // what the upstream tells

    @Override
    public void head(Upstream.Head head) {
        this.head = head;
        timeouts.touch();
        // where no body follows, there is nothing to undo
        inflater = translation.hasBody(head)
                ? head.headers()
                        .first("Content-Encoding")
                        .flatMap(StreamInflater::of)
                        .orElse(null)
                : null;
        relay = translation.relay(head, services.failures().get(), meter);
        phase = Phase.BODY;
        watchSilence();
        awaitContent(relay);
    }

    @Override
    public void data(byte[] bytes) {
        if (relay != null) {
            received(relay, bytes);
        }
    }

    private void received(Relay relay, byte[] bytes) {
        timeouts.touch();
        List<RelayStep> steps;
        try {
            steps = relay.take(inflater == null ? bytes : inflater.feed(bytes));
        } catch (DataFormatException broken) {
            steps = relay.broken("the answer's content coding cannot be undone: " + broken.getMessage());
        }
        follow(steps, bytes.length);
        if (isOver()) {
            return;
        }
        held.set(relay.heldBytes());
        awaitContent(relay);
        if (relay.lastWord() && phase != Phase.CLOSE) {
            phase = Phase.CLOSE;
            timeouts.until(LINGER, this::endLingering);
        }
    }

    /** It has turned out to be a stream, which has to say something within its time. */
    private void awaitContent(Relay relay) {
        if (phase == Phase.BODY && relay.isStream()) {
            phase = Phase.CONTENT;
            timeouts.until(settings.firstContent(), () -> expired("no first content", settings.firstContent()));
        }
    }

    /** Some upstreams leave the connection open behind their last word, or go on with comments. */
    private void endLingering() {
        if (!isOver() && relay != null) {
            follow(relay.end(), 0);
        }
    }

    /** What is held back takes memory that others need more. */
    private void commitHeld() {
        if (!isOver() && relay != null) {
            follow(relay.commitHeld(), 0);
            held.set(relay.heldBytes());
        }
    }

    @Override
    public void end() {
        if (relay != null) {
            boolean incomplete = inflater != null && !inflater.whole();
            follow(incomplete ? relay.broken("the answer's content coding is incomplete") : relay.end(), 0);
        }
    }

    @Override
    public void failed(Upstream.Failure failure) {
        if (relay != null) {
            follow(relay.broken(failure.message()), 0);
        } else if (failure.cause() == Upstream.Cause.STALE && owner.mayRetry()) {
            finish();
            owner.retry(this);
        } else {
            FailureClass kind =
                    failure.cause() == Upstream.Cause.MALFORMED ? FailureClass.BAD_SUCCESS : FailureClass.NETWORK;
            Lease.Asked asked = failure.began() ? asked(kind) : Lease.Asked.NOTHING_UNUSUAL;
            fails(new Lease.Failed(kind, 0, Duration.ZERO, failure.message(), asked));
        }
    }

    // what time tells

    private void expired(String what, Duration max) {
        if (!isOver()) {
            end = End.TIMED_OUT;
            timesOut(0, what + " within " + max.toSeconds() + " s");
        }
    }

    /** An upstream that waits for a slow client is not to blame for its silence. */
    private void watchSilence() {
        timeouts.watchSilence(settings.streamIdle(), () -> untaken > 0, () -> {
            if (!isOver()) {
                stop(
                        End.TIMED_OUT,
                        "the upstream fell silent for " + settings.streamIdle().toSeconds() + " s");
            }
        });
    }

    private void tooLong() {
        if (!isOver()) {
            stop(
                    End.EXCEEDED_BOUND,
                    "the answer took longer than " + settings.streamTotal().toSeconds() + " s");
        }
    }

    private void stop(End why, String how) {
        end = why;
        if (relay != null && relay.isCommitted()) {
            follow(relay.broken(how), 0);
        } else {
            timesOut(status(), how);
        }
    }

    private void timesOut(int status, String how) {
        fails(new Lease.Failed(FailureClass.TIMEOUT, status, Duration.ZERO, how, asked(FailureClass.TIMEOUT)));
    }

    private int status() {
        return head == null ? 0 : head.status();
    }

    // what the relay decides

    /** @param credit of the bytes that led to these steps: the client's to give back, or nobody's when none are passed */
    private void follow(List<RelayStep> steps, int credit) {
        int lastPass = steps.size() - 1;
        while (lastPass >= 0 && !(steps.get(lastPass) instanceof RelayStep.Pass)) {
            lastPass--;
        }
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
        if (step instanceof RelayStep.Pass pass) {
            owner.pass(pass.bytes(), credit);
        } else if (step instanceof RelayStep.Commit commit) {
            commit(commit);
        } else if (step instanceof RelayStep.BeginContent) {
            owner.content();
        } else if (step instanceof RelayStep.RememberId issued) {
            services.ids().issued(issued.id(), lease.provider().id());
        } else if (step instanceof RelayStep.Fail fail) {
            failed(fail);
        } else {
            finish();
            if (step instanceof RelayStep.Truncate cut) {
                owner.cut(this, cut.reason());
            } else if (step instanceof RelayStep.RetryWithoutUsage) {
                owner.usageRefused(this);
            } else {
                owner.complete(this);
            }
        }
    }

    private void failed(RelayStep.Fail fail) {
        Verdict verdict = fail.verdict();
        Headers headers = head == null ? Headers.NONE : head.headers();
        Duration retryAfter =
                verdict.retryAfter(headers::first, fail.body(), services.clock().instant());
        refusal = fail.body();
        fails(new Lease.Failed(verdict.means(), status(), retryAfter, fail.reason(), asked(verdict.means())));
    }

    /** Only where it matters: a long body is in a file. */
    private Lease.Asked asked(FailureClass kind) {
        boolean remembered = kind != FailureClass.CLIENT && !kind.free();
        return remembered ? Lease.Asked.with(translation.request().body().fingerprint()) : Lease.Asked.NOTHING_UNUSUAL;
    }

    private void fails(Lease.Failed failed) {
        if (failed.status() >= 400) {
            lease.cost(0); // what is refused is not billed
        }
        // before the lease is closed: what that makes room for must not be let in to meet the same failure
        lease.failed(failed);
        finish();
        owner.failed(this, failed);
    }

    private void commit(RelayStep.Commit commit) {
        Upstream.Head now = head;
        if (now == null) {
            throw new IllegalStateException("committed before a head came");
        }
        Headers headers = now.headers();
        if (inflater != null) {
            headers = headers.only(line -> !line.is("Content-Encoding"));
        }
        if (commit.json()) {
            headers = headers.replaced(new Headers(List.of(new Header("Content-Type", "application/json"))));
        }
        boolean theirs = now.status() >= 400;
        if (!theirs) {
            lease.succeeded(now.status());
        }
        owner.commit(
                this,
                now.status(),
                HeaderRules.toClient(headers, theirs).rewritten(translation.redactor()::text),
                commit.length(),
                relay != null && relay.isStream());
        if (phase != Phase.CLOSE) {
            phase = Phase.REST;
            watchSilence();
        }
    }
}
