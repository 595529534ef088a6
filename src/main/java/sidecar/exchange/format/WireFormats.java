package sidecar.exchange.format;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.InstantSource;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import sidecar.dialect.MappingOptions;
import sidecar.dialect.TranslatedRequest;
import sidecar.dialect.request.InvalidRequestException;
import sidecar.dialect.request.Losses;
import sidecar.exchange.ClientRequest;
import sidecar.exchange.RefusalErrors;
import sidecar.json.Json;
import sidecar.json.MalformedJsonException;
import sidecar.pool.Lease;
import sidecar.protocol.ApiError;
import sidecar.protocol.ApiPath;
import sidecar.provider.Dialect;

/**
 * Chooses the form of one request's attempts: the client's own where the provider speaks its dialect, else a translation. Used in its exchange's
 * mailbox.
 */
public final class WireFormats {

    private static final System.Logger LOG = System.getLogger(WireFormats.class.getName());

    private static final String PREVIOUS = "previous_response_id";

    /** Shorter requests are translated where they are: that takes about a millisecond. */
    private static final int LONG = 64 * 1024;

    private final ClientRequest request;
    private final Executor background;
    private final InstantSource clock;

    /** @param background where long requests are translated */
    public WireFormats(ClientRequest request, Executor background, InstantSource clock) {
        this.request = request;
        this.background = background;
        this.clock = clock;
    }

    private interface FormatMaker {
        FormatChoice make() throws MalformedJsonException, InvalidRequestException;
    }

    /** What came of it. */
    public sealed interface FormatChoice {
        record Usable(WireFormat format) implements FormatChoice {}

        /** The request cannot be put into the provider's dialect; mostly that is the client's to mend. */
        record Untranslatable(ApiError error) implements FormatChoice {}
    }

    /**
     * Chooses the form for one attempt.
     *
     * @param mayInject whether nothing is known against asking the provider for usage
     * @param then told once, on any thread and perhaps before this returns
     */
    public void choose(Lease lease, boolean mayInject, Consumer<FormatChoice> then) {
        ApiPath target = request.path().at(lease.provider().endpoint().api());
        if (target.equals(request.path())) {
            then.accept(
                    choice(() -> new FormatChoice.Usable(NativeFormat.of(request, lease, injects(lease, mayInject)))));
        } else if (request.body().length() < LONG) {
            then.accept(translated(lease, target, mayInject));
        } else {
            inBackground(() -> then.accept(translated(lease, target, mayInject)), then);
        }
    }

    private boolean injects(Lease lease, boolean mayInject) {
        return mayInject
                && request.head().stream()
                && request.path().injectsUsage()
                && request.head().usage().isPresent()
                && lease.mapping().usageInStreaming();
    }

    private void inBackground(Runnable translation, Consumer<FormatChoice> then) {
        try {
            background.execute(translation);
        } catch (RejectedExecutionException stopping) {
            then.accept(new FormatChoice.Untranslatable(RefusalErrors.draining()));
        }
    }

    private FormatChoice translated(Lease lease, ApiPath target, boolean mayInject) {
        return choice(() -> translate(lease, target, mayInject));
    }

    /** Making one may fail by the client's fault, or by Sidecar's: whoever asked is told either way, and gives the lease back. */
    private FormatChoice choice(FormatMaker maker) {
        try {
            return maker.make();
        } catch (MalformedJsonException malformed) {
            return untranslatable("The request cannot be translated for its provider: " + malformed.getMessage() + ".");
        } catch (InvalidRequestException invalid) {
            return new FormatChoice.Untranslatable(
                    invalid.path().equals(PREVIOUS)
                            ? ApiError.previousResponseNotFound(invalid.explanation())
                            : ApiError.invalid(invalid.explanation(), invalid.path()));
        } catch (RuntimeException bug) {
            LOG.log(
                    System.Logger.Level.ERROR,
                    "request " + request.id() + " cannot be put into its provider's form by a fault of Sidecar's own",
                    bug);
            return new FormatChoice.Untranslatable(ApiError.internal());
        }
    }

    private FormatChoice translate(Lease lease, ApiPath target, boolean mayInject)
            throws MalformedJsonException, InvalidRequestException {
        JsonNode body = Json.readRequest(request.body().bytes().stream());
        if (!(body instanceof ObjectNode asked)) {
            return untranslatable("The request body must be a JSON object.");
        }
        Dialect from = request.path().dialect().orElseThrow();
        Dialect to = Dialect.ofTranslated(lease.provider().endpoint().api());
        MappingOptions options = MappingOptions.of(lease.mapping(), lease.model());
        TranslatedRequest translation = TranslatedRequest.of(from, to, asked, options);
        String changing = translation.losses().stream()
                .filter(Losses.Loss::changesAnswer)
                .map(Losses.Loss::name)
                .collect(Collectors.joining(", "));
        if (request.client().permissions().strictTranslation() && !changing.isEmpty()) {
            return untranslatable("The provider of this model speaks another dialect (" + to.wire()
                    + "), which cannot say: " + changing
                    + ". Leave that out, or ask for a model whose provider speaks " + from.wire()
                    + "; this client's token does not allow such a loss (strict_translation).");
        }
        return new FormatChoice.Usable(
                new TranslatedFormat(request, lease, target, asked, translation, mayInject, clock.instant()));
    }

    private static FormatChoice untranslatable(String message) {
        return new FormatChoice.Untranslatable(ApiError.invalid(message, ""));
    }
}
