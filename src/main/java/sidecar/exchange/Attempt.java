package sidecar.exchange;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.zip.DataFormatException;
import org.jspecify.annotations.Nullable;
import sidecar.body.ByteBudget;
import sidecar.failure.FailureClass;
import sidecar.failure.RetryAfter;
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
import sidecar.relay.StreamInflater;
import sidecar.upstream.Header;
import sidecar.upstream.HeaderRules;
import sidecar.upstream.Headers;
import sidecar.upstream.Upstream;

/**
 * One wire request to one provider: its timeouts, its answer, and the end of its lease. Everything runs in the
 * exchange's mailbox; once it is over, later calls do nothing.
 */
final class Attempt implements Upstream.Listener, Relay.Sink {

    /** What a stream whose last word has come may still take to end. */
    private static final Duration LINGER = Duration.ofSeconds(1);

    /** What the exchange hears of its attempt. */
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

    private final ExchangeServices services;
    private final Owner owner;
    private final Translation translation;
    private final Lease lease;
    private final UsageMeter meter;
    private final ExchangeSettings settings;
    private final AttemptTimeouts timeouts;
    private final ByteBudget.Share held;

    private Upstream.@Nullable Call call;
    private Upstream.@Nullable Head head;
    private @Nullable Relay relay;
    private @Nullable StreamInflater inflater;
    private List<byte[]> passed = new ArrayList<>();
    private String refusal = "";
    private boolean begun;
    private boolean sent;
    private boolean committed;
    private boolean over;
    private boolean timedOut;
    private boolean abandoned;
    private boolean lingering;
    private boolean contentAwaited;
    private boolean exceededBound;
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
        if (over) {
            return;
        }
        begun = true;
        Duration head = lease.provider().endpoint().timeout();
        timeouts.until(head, () -> expired("no response head", head));
        timeouts.inAll(settings.streamTotal(), this::tooLong);
        call = services.upstream().send(translation.upstreamRequest(settings), this);
        if (over) {
            call.abort();
        }
    }

    Lease lease() {
        return lease;
    }

    /** Whether it has been sent, as opposed to still keeping its distance. */
    boolean begun() {
        return begun;
    }

    /** Whether its answer was shaped by our asking for usage. */
    boolean injected() {
        return translation.injected();
    }

    /** Whether the whole request may have reached the upstream, which then failed to answer in time. */
    boolean timedOutAfterSending() {
        return timedOut && sent;
    }

    /** Whether it ended for want of content, after a head had come. */
    boolean contentTimedOut() {
        return timedOut && head != null;
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
        return exceededBound;
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
        return abandoned && sent && !committed && !refused ? meter.metered(false) : Optional.empty();
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
        if (call != null) {
            call.credit(credit);
        }
    }

    /** Ends it, whatever it is doing. Idempotent. */
    void abandon() {
        if (!over) {
            abandoned = true;
            finish();
            if (call != null) {
                call.abort();
            }
        }
    }

    private void finish() {
        over = true;
        timeouts.end();
        held.close();
        if (inflater != null) {
            inflater.close();
        }
        if (!begun) {
            lease.unused();
        }
        usage().ifPresent(used -> lease.cost(used.usage().total()));
        lease.close();
    }

    // what the upstream tells

    @Override
    public void sent() {
        lease.sent();
        owner.post(() -> sent = true);
    }

    @Override
    public void head(Upstream.Head head) {
        owner.post(() -> {
            if (!over) {
                began(head);
            }
        });
    }

    private void began(Upstream.Head head) {
        this.head = head;
        timeouts.touch();
        if (head.status() / 100 == 2) {
            lease.serving();
        }
        // where no body follows, there is nothing to undo
        inflater = translation.hasBody(head)
                ? head.headers()
                        .first("Content-Encoding")
                        .flatMap(StreamInflater::of)
                        .orElse(null)
                : null;
        relay = translation.relay(head, services.failures().get(), meter, this);
        watchSilence();
        awaitContent(relay);
    }

    @Override
    public void data(ByteBuffer chunk) {
        byte[] bytes = new byte[chunk.remaining()];
        chunk.get(bytes);
        owner.post(() -> {
            if (!over && relay != null) {
                received(relay, bytes);
            }
        });
    }

    private void received(Relay relay, byte[] bytes) {
        timeouts.touch();
        try {
            relay.take(inflater == null ? bytes : inflater.feed(bytes));
        } catch (DataFormatException broken) {
            relay.broken("the answer's content coding cannot be undone: " + broken.getMessage());
        }
        if (!over) {
            held.set(relay.heldBytes());
        }
        awaitContent(relay);
        forward(bytes.length);
        if (!over && relay.lastWord() && !lingering) {
            lingering = true;
            timeouts.until(LINGER, this::endLingering);
        }
    }

    /** It has turned out to be a stream, which has to say something within its time. */
    private void awaitContent(Relay relay) {
        if (!over && !committed && !contentAwaited && relay.isStream()) {
            contentAwaited = true;
            timeouts.until(settings.firstContent(), () -> expired("no first content", settings.firstContent()));
        }
    }

    /** Some upstreams leave the connection open behind their last word, or go on with comments. */
    private void endLingering() {
        if (!over && relay != null) {
            relay.end();
        }
    }

    /** What is held back takes memory that others need more. */
    private void commitHeld() {
        if (!over && relay != null) {
            relay.commitHeld();
            held.set(relay.heldBytes());
            forward(0);
        }
    }

    /** Gives the client what the relay passed, or the upstream its credit back when nothing was. */
    private void forward(int credit) {
        List<byte[]> now = passed;
        passed = new ArrayList<>();
        if (over) {
            return;
        }
        if (now.isEmpty()) {
            if (credit > 0 && call != null) {
                call.credit(credit);
            }
            return;
        }
        untaken += credit;
        for (int i = 0; i < now.size(); i++) {
            owner.pass(now.get(i), i == now.size() - 1 ? credit : 0);
        }
    }

    @Override
    public void end() {
        owner.post(() -> {
            if (over || relay == null) {
                return;
            }
            if (inflater != null && !inflater.whole()) {
                relay.broken("the answer's content coding is incomplete");
            } else {
                relay.end();
            }
        });
    }

    @Override
    public void failed(Upstream.Failure failure) {
        owner.post(() -> {
            if (over) {
                return;
            }
            if (relay != null) {
                relay.broken(failure.message());
                return;
            }
            if (!failure.began()) {
                lease.unused();
            }
            if (failure.cause() == Upstream.Cause.STALE && owner.mayRetry()) {
                finish();
                owner.retry(this);
                return;
            }
            FailureClass kind =
                    failure.cause() == Upstream.Cause.MALFORMED ? FailureClass.BAD_SUCCESS : FailureClass.NETWORK;
            fails(new Lease.Failed(
                    kind,
                    0,
                    Duration.ZERO,
                    failure.message(),
                    failure.began() ? asked(kind) : Lease.Asked.NOTHING_UNUSUAL));
        });
    }

    // what time tells

    private void expired(String what, Duration max) {
        if (over) {
            return;
        }
        timedOut = true;
        if (call != null) {
            call.abort();
        }
        timesOut(0, what + " within " + max.toSeconds() + " s");
    }

    /** An upstream that waits for a slow client is not to blame for its silence. */
    private void watchSilence() {
        timeouts.watchSilence(settings.streamIdle(), () -> untaken > 0, () -> {
            if (!over) {
                stop("the upstream fell silent for " + settings.streamIdle().toSeconds() + " s");
            }
        });
    }

    private void tooLong() {
        if (!over) {
            exceededBound = true;
            stop("the answer took longer than " + settings.streamTotal().toSeconds() + " s");
        }
    }

    private void stop(String how) {
        if (call != null) {
            call.abort();
        }
        if (committed && relay != null) {
            relay.broken(how);
        } else {
            timedOut = true;
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

    @Override
    public void failed(Verdict verdict, String why, String body) {
        FailureClass kind = verdict.means();
        Headers headers = head == null ? Headers.NONE : head.headers();
        Duration asked = kind == FailureClass.RATE_LIMITED
                ? RetryAfter.read(headers::first, body, services.clock().instant())
                        .filter(theirs -> theirs.compareTo(verdict.cooldown()) > 0)
                        .orElse(verdict.cooldown())
                : verdict.cooldown();
        if (call != null) {
            call.abort();
        }
        refusal = body;
        fails(new Lease.Failed(kind, status(), asked, why, asked(kind)));
    }

    @Override
    public void usageRefused() {
        if (call != null) {
            call.abort();
        }
        finish();
        owner.usageRefused(this);
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

    @Override
    public void commit(long length) {
        commit(length, Headers.NONE);
    }

    @Override
    public void commitJson(long length) {
        commit(length, new Headers(List.of(new Header("Content-Type", "application/json"))));
    }

    /** @param instead of the upstream's own of that name */
    private void commit(long length, Headers instead) {
        Upstream.Head now = head;
        if (now == null) {
            throw new IllegalStateException("committed before a head came");
        }
        committed = true;
        Headers headers = now.headers();
        if (inflater != null) {
            headers = headers.only(line -> !line.is("Content-Encoding"));
        }
        headers = headers.replaced(instead);
        boolean theirs = now.status() >= 400;
        if (!theirs) {
            lease.succeeded(now.status());
        }
        owner.commit(
                this,
                now.status(),
                HeaderRules.toClient(headers, theirs).rewritten(translation.redactor()::text),
                length,
                relay != null && relay.isStream());
        watchSilence();
    }

    @Override
    public void content() {
        owner.content();
    }

    @Override
    public void pass(byte[] bytes) {
        if (bytes.length > 0) {
            passed.add(bytes);
        }
    }

    @Override
    public void complete() {
        forward(0);
        finish();
        if (call != null) {
            // nothing after its last word is wanted; without effect when the upstream has ended by itself
            call.abort();
        }
        owner.complete(this);
    }

    @Override
    public void cut(String how) {
        forward(0);
        finish();
        if (call != null) {
            call.abort();
        }
        owner.cut(this, how);
    }

    @Override
    public void issued(String id) {
        services.ids().issued(id, lease.provider().id());
    }
}
