package sidecar.exchange.edge;

import jakarta.servlet.http.HttpServletRequest;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import sidecar.body.RequestBody;
import sidecar.client.ClientToken;
import sidecar.exchange.ClientRequest;
import sidecar.exchange.ExchangeSettings;
import sidecar.protocol.ApiError;
import sidecar.protocol.ApiPath;
import sidecar.protocol.ErrorRenderer;
import sidecar.protocol.request.HeaderText;
import sidecar.protocol.request.RequestHead;
import sidecar.upstream.Header;
import sidecar.upstream.Headers;

/** Turns a servlet request into a {@link ClientRequest}. One use. */
final class RequestReader {

    private static final System.Logger LOG = System.getLogger(RequestReader.class.getName());

    private static final Pattern ID = Pattern.compile("[A-Za-z0-9._-]{1,64}");
    private static final Pattern MILLIS = Pattern.compile("[1-9]\\d{0,8}");
    private static final Set<String> WITH_BODY = Set.of("POST", "PUT", "PATCH");
    private static final Set<String> METHODS = Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE");

    private final String id;
    private final ClientToken client;
    private final ApiPath path;
    private final ExchangeSettings settings;
    private final String method;
    private final String query;
    private final String contentType;
    private final Headers headers;
    private final boolean hasBody;

    /** What came of it. */
    sealed interface ParsedRequest {
        record Good(ClientRequest request) implements ParsedRequest {}

        record Bad(ApiError error) implements ParsedRequest {}
    }

    /** Reads the head at once: the servlet request is not to be touched once the body is read on another thread. */
    RequestReader(HttpServletRequest request, String id, ClientToken client, ApiPath path, ExchangeSettings settings) {
        this.id = id;
        this.client = client;
        this.path = path;
        this.settings = settings;
        this.method = request.getMethod();
        this.query = request.getQueryString() == null ? "" : request.getQueryString();
        this.contentType = request.getContentType() == null ? "" : request.getContentType();
        this.headers = headers(request);
        this.hasBody = request.getContentLengthLong() > 0 || request.getHeader("Transfer-Encoding") != null;
    }

    /** How it is told of errors. */
    ErrorRenderer errors() {
        return ErrorRenderer.of(Optional.of(path), id);
    }

    String id() {
        return id;
    }

    boolean hasBody() {
        return hasBody;
    }

    /** The client's own id where it can be kept, else a new one. */
    static String id(HttpServletRequest request) {
        String theirs = request.getHeader("X-Request-Id");
        return theirs != null && ID.matcher(theirs).matches()
                ? theirs
                : "req_" + Long.toHexString(ThreadLocalRandom.current().nextLong() | Long.MIN_VALUE);
    }

    /** Why a request is refused before its body is read. */
    static Optional<ApiError> refusal(HttpServletRequest request) {
        // any other may be ignored (RFC 9110 §7.8); clients of Java offer h2c with every request
        if (offers(request, "websocket")) {
            return Optional.of(ApiError.upgrade());
        }
        if (!METHODS.contains(request.getMethod())) {
            return Optional.of(ApiError.method(request.getMethod()));
        }
        String coding = request.getHeader("Content-Encoding");
        if (coding != null && !coding.trim().equalsIgnoreCase("identity")) {
            return Optional.of(ApiError.encoded(coding));
        }
        if (request.getQueryString() != null && !isQuery(request.getQueryString())) {
            return Optional.of(ApiError.invalid("The query string is not a valid URI query.", ""));
        }
        String deadline = request.getHeader("X-Sidecar-Deadline-Ms");
        if (deadline != null && !MILLIS.matcher(deadline.trim()).matches()) {
            return Optional.of(ApiError.invalid(
                    "X-Sidecar-Deadline-Ms must be a whole number of milliseconds, at least 1.",
                    "X-Sidecar-Deadline-Ms"));
        }
        return Optional.empty();
    }

    private static boolean offers(HttpServletRequest request, String protocol) {
        return Collections.list(request.getHeaders("Upgrade")).stream()
                .flatMap(line -> Arrays.stream(line.split(",")))
                .anyMatch(offer -> offer.strip().toLowerCase(Locale.ROOT).startsWith(protocol));
    }

    private static boolean isQuery(String query) {
        try {
            return URI.create("http://host/?" + query).getRawFragment() == null;
        } catch (IllegalArgumentException malformed) {
            return false;
        }
    }

    private static Headers headers(HttpServletRequest request) {
        List<Header> lines = new ArrayList<>();
        for (String name : Collections.list(request.getHeaderNames())) {
            for (String value : Collections.list(request.getHeaders(name))) {
                lines.add(new Header(name, value));
            }
        }
        return new Headers(lines);
    }

    /** Reads what the body says about where it goes. */
    ParsedRequest understand(RequestBody body) {
        RequestHead.Reading reading;
        try {
            reading = head(body);
        } catch (UncheckedIOException lost) {
            LOG.log(System.Logger.Level.WARNING, "a held request body cannot be read", lost);
            return new ParsedRequest.Bad(ApiError.internal());
        }
        if (reading instanceof RequestHead.Reading.Wrong wrong) {
            return new ParsedRequest.Bad(wrong.error());
        }
        RequestHead head = ((RequestHead.Reading.Read) reading).head();
        if (head.model().isEmpty() && method.equals("POST") && path.needsModel()) {
            return new ParsedRequest.Bad(ApiError.invalid("You must provide a 'model'.", "model"));
        }
        return new ParsedRequest.Good(new ClientRequest(
                id,
                client,
                method,
                path,
                query,
                headers,
                body,
                head,
                headers.first("X-Sidecar-Provider")
                        .map(HeaderText::read)
                        .map(String::strip)
                        .filter(name -> !name.isEmpty()),
                deadline()));
    }

    private RequestHead.Reading head(RequestBody body) {
        String type = contentType.toLowerCase(Locale.ROOT);
        boolean needed = method.equals("POST") && path.needsModel();
        if (type.startsWith("multipart/form-data")) {
            return needed ? RequestHead.multipart(contentType, body) : new RequestHead.Reading.Read(RequestHead.NONE);
        }
        boolean json = WITH_BODY.contains(method) && body.length() > 0 && type.contains("json");
        return needed || json ? RequestHead.json(body) : new RequestHead.Reading.Read(RequestHead.NONE);
    }

    private Duration deadline() {
        Duration ours = settings.deadline();
        return headers.first("X-Sidecar-Deadline-Ms")
                .map(text -> Duration.ofMillis(Long.parseLong(text.trim())))
                .filter(theirs -> theirs.compareTo(ours) < 0)
                .orElse(ours);
    }
}
