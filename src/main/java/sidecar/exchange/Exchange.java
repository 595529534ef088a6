package sidecar.exchange;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import sidecar.admission.AdmissionResult;
import sidecar.call.CallTimeouts;
import sidecar.call.Mailbox;
import sidecar.exchange.format.WireFormats;
import sidecar.exchange.response.ClientResponse;
import sidecar.exchange.response.ClientStream;
import sidecar.exchange.response.ResponseHeaders;
import sidecar.failure.FailureClass;
import sidecar.ledger.LedgerEntry;
import sidecar.pool.Lease;
import sidecar.protocol.ApiError;
import sidecar.provider.ProviderCatalog;
import sidecar.time.TimeSource;
import sidecar.upstream.Header;
import sidecar.upstream.Headers;

/**
 * One client request and its answer. ADMITTING → ATTEMPTING → (failed before the first relayed byte: ADMITTING again) →
 * RELAYING → DONE. Its steps run one after the other in a mailbox, on whichever thread brought them; none blocks.
 */
public final class Exchange implements ClientStream.Observer, AttemptListener {

    private static final System.Logger LOG = System.getLogger(Exchange.class.getName());

    /** Where an exchange is. */
    enum State {
        ADMITTING,
        ATTEMPTING,
        RELAYING,
        DONE
    }

    private final ExchangeServices services;
    private final ClientRequest request;
    private final ClientResponse response;
    private final Consumer<Exchange> onDone;
    private final Mailbox mailbox = new Mailbox(this::bug);
    private final ExchangeSettings settings;
    private final RetryState retries;
    private final ProviderPreference preference;
    private final ProviderAcquisition acquisition;
    private final ClientAuthorization authorization;
    private final LedgerRecorder recorder;
    private final UsageInjection usageInjection;
    private final CallTimeouts deadline;

    private State state = State.ADMITTING;
    private @Nullable Attempt attempt;

    /** @param onDone called once, when it is over */
    public Exchange(ExchangeServices services, ClientRequest request, ClientStream client, Consumer<Exchange> onDone) {
        this.services = services;
        this.request = request;
        this.onDone = onDone;
        this.settings = services.settings().get();
        TimeSource time = services.time();
        this.response = new ClientResponse(request, client, settings, time, this::post);
        this.retries = new RetryState(request.id(), settings, time.ticker());
        this.preference = new ProviderPreference(request, services.catalog(), services.ids(), services.affinity());
        this.acquisition = services.acquisition(request, settings, retries, preference);
        this.authorization = new ClientAuthorization(request, services.clientLimiter(), services.catalog(), settings);
        this.recorder = new LedgerRecorder(request, services.ledger(), time);
        this.deadline = new CallTimeouts(time.timer(), time.ticker(), this::post);
        this.usageInjection = services.usageInjection(request);
    }

    /** Begins. Call once. */
    public void start() {
        post(() -> {
            // the client may have left, or Sidecar stopped, before it began
            if (state == State.ADMITTING) {
                deadline.until(request.deadline(), this::late);
                response.begin();
                authorization
                        .refusal(acquisition.models())
                        .map(ExchangeRefusal::of)
                        .ifPresentOrElse(this::refuse, this::admit);
            }
        });
    }

    @Override
    public void post(Runnable step) {
        mailbox.post(step);
    }

    private void bug(Throwable bug) {
        LOG.log(System.Logger.Level.ERROR, "exchange " + request.id() + " failed by a fault of Sidecar's own", bug);
        fail(ApiError.internal(), "internal_error", "internal_error");
    }

    /** Ends it by no fault of the upstream's, however far it has come. */
    private void fail(ApiError error, String relaying, String before) {
        if (state == State.RELAYING && attempt != null) {
            response.abort(error, attempt.response().position());
            finish(relaying);
        } else if (state != State.DONE) {
            refuse(new ExchangeRefusal(error, before));
        }
    }

    // choosing

    private void admit() {
        state = State.ADMITTING;
        acquisition.ask(result -> post(() -> admitted(result)));
    }

    private void admitted(AdmissionResult result) {
        if (result instanceof AdmissionResult.Admitted granted) {
            if (state == State.ADMITTING) {
                attempt(granted.lease());
            } else {
                // the client left, or the deadline passed, while the lease was on its way
                granted.lease().giveBack();
            }
        } else if (result instanceof AdmissionResult.Refused refused && state == State.ADMITTING) {
            if (refused.reason().another() && acquisition.nextModel()) {
                admit();
            } else {
                refuse(ExchangeRefusal.of(refused, request, retries, acquisition, preference));
            }
        }
    }

    private void attempt(Lease lease) {
        state = State.ATTEMPTING;
        services.formats(request)
                .choose(lease, usageInjection.mayInject(lease), choice -> post(() -> attempt(lease, choice)));
    }

    private void attempt(Lease lease, WireFormats.FormatChoice choice) {
        boolean wanted = state == State.ATTEMPTING;
        if (wanted && choice instanceof WireFormats.FormatChoice.Usable usable) {
            retries.begun();
            recorder.attempts(acquisition.waited());
            recorder.translated(usable.format().note());
            attempt = services.attempt(this, usable.format(), settings);
            attempt.start();
            return;
        }
        // nothing is sent: the request cannot be, or the client left while it was translated
        lease.giveBack();
        if (wanted && choice instanceof WireFormats.FormatChoice.Untranslatable refused) {
            refuse(ExchangeRefusal.of(refused.error()));
        }
    }

    // what the attempt tells

    @Override
    public void failed(Attempt failed, Lease.Failed how) {
        if (failed != attempt || state != State.ATTEMPTING) {
            return;
        }
        recorder.failed(failed, how.kind());
        ProviderCatalog catalog = services.catalog().get();
        retries.ended(failed.lease(), how, failed.timedOutAfterSending(), failed.refusal(catalog));
        usageInjection.failed(failed, retries);
        if (acquisition.goesOn(how.kind())) {
            admit();
        } else {
            refuse(ExchangeRefusal.ofAttempts(retries, acquisition));
        }
    }

    @Override
    public boolean mayRetry() {
        return state == State.ATTEMPTING && retries.mayRetryStale();
    }

    @Override
    public void retry(Attempt stale) {
        retries.staleRetried();
        sameAgain(stale);
    }

    @Override
    public void usageRefused(Attempt refused) {
        usageInjection.refused(refused.lease());
        sameAgain(refused);
    }

    private void sameAgain(Attempt failed) {
        recorder.cancelled(failed);
        acquisition.sameAgain(failed.lease().provider().id());
        admit();
    }

    @Override
    public void commit(Attempt from, int status, Headers headers, long length, boolean stream) {
        state = State.RELAYING;
        deadline.end();
        if (status < 400) {
            preference.servedBy(from.lease());
            usageInjection.answered(from.lease());
        }
        request.body().release();
        response.answer(status, headers, own(), length, stream);
    }

    private List<Header> own() {
        return ResponseHeaders.own(request, Optional.ofNullable(attempt).map(Attempt::format), retries.count());
    }

    @Override
    public void content() {
        recorder.content();
    }

    @Override
    public void pass(byte[] bytes, int credit) {
        if (state == State.RELAYING) {
            response.pass(bytes, credit);
        }
    }

    @Override
    public void issued(Attempt from, String id) {
        services.ids().issued(id, from.lease().provider().id());
    }

    @Override
    public void complete(Attempt from) {
        if (state == State.RELAYING) {
            answerRelayed(from, response.end());
        }
    }

    /** All that will come of an answer has been relayed; an error event of the upstream's own is no end of one. */
    private void answerRelayed(Attempt from, Optional<FailureClass> misfit) {
        boolean error = from.response().endedWithError();
        Optional<FailureClass> fault = error ? Optional.of(FailureClass.BAD_SUCCESS) : misfit;
        if (error) {
            from.lease()
                    .failed(new Lease.Failed(
                            FailureClass.BAD_SUCCESS, response.status(), "an error event in its answer"));
        }
        recorder.answered(from, fault);
        finish(fault.map(FailureClass::wire).orElse(LedgerEntry.OK));
    }

    @Override
    public void cut(Attempt from, String how) {
        if (state != State.RELAYING) {
            return;
        }
        recorder.failed(from, FailureClass.NETWORK);
        if (!from.exceededBound()) {
            from.lease().failed(new Lease.Failed(FailureClass.NETWORK, response.status(), how));
        }
        response.abort(RefusalErrors.incomplete(how), from.response().position());
        finish("truncated");
    }

    // what the client and time tell

    @Override
    public void taken(int credit) {
        post(() -> {
            int relayed = response.taken(credit);
            if (attempt != null && relayed > 0) {
                attempt.taken(relayed);
            }
        });
    }

    @Override
    public void disconnected() {
        post(() -> {
            if (state == State.RELAYING && attempt != null && attempt.response().isComplete()) {
                // SDKs close at the last event, before the upstream does
                answerRelayed(attempt, Optional.empty());
            } else if (state != State.DONE) {
                finish("client_gone");
            }
        });
    }

    /** Sidecar stops: the answer ends with an error the client can tell from an end. */
    public void shutdown() {
        post(() -> fail(RefusalErrors.draining(), "shutdown", "draining"));
    }

    private void late() {
        if (state == State.ADMITTING || state == State.ATTEMPTING) {
            refuse(new ExchangeRefusal(ApiError.deadline(request.deadline()), "deadline_exceeded"));
        }
    }

    // ending

    private void refuse(ExchangeRefusal refusal) {
        response.refuse(refusal.error(), own());
        finish(refusal.outcome());
    }

    /** Exactly once, at the end of every exchange. */
    private void finish(String outcome) {
        state = State.DONE;
        deadline.end();
        acquisition.stopWaiting();
        response.over();
        request.body().release();
        if (attempt != null) {
            attempt.abandon();
            recorder.cancelled(attempt);
        }
        LedgerEntry entry = recorder.over(
                outcome,
                response.status(),
                acquisition.waited(),
                acquisition.firstModel(),
                Optional.ofNullable(attempt)
                        .flatMap(last -> last.bill(services.catalog().get())));
        authorization.over(entry);
        services.ledger().finished(entry);
        onDone.accept(this);
    }
}
