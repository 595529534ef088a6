package sidecar.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import sidecar.address.AddressRange;
import sidecar.json.Decimals;
import sidecar.json.FieldError;
import sidecar.json.Fields;
import sidecar.json.Parsed;
import sidecar.json.Texts;

/** Reads a client from an operator's JSON object: a new one, or changes. Every rule on its fields is here. Callable from any thread. */
public final class ClientReader {

    private static final int MAX_NAME = 100;
    private static final int MAX_LIST = 200;
    private static final int MAX_DECIMALS = 9;
    private static final int MAX_DIGITS = 20;
    private static final BigDecimal MAX_BUDGET = BigDecimal.valueOf(1_000_000_000);

    /** Names that mean something else in the ledger. */
    private static final Set<String> RESERVED =
            Set.of(ClientToken.OPEN.name(), ClientToken.ENVIRONMENT, "other", "sidecar-v2");

    /** Answered by GET, so they come back in what scripts PUT; not settable. */
    public static final List<String> READ_ONLY =
            List.of("id", "hint", "source", "state", "used", "created_at", "updated_at", "warnings");

    private ClientReader() {}

    /** Reads changes: what the object does not name stays as it is. */
    public static Parsed<ClientToken> update(ClientToken old, ObjectNode body, Instant now) {
        Fields fields = new Fields(body);
        JsonNode name = fields.node("name");
        if (name != null && !old.name().equals(name.textValue())) {
            fields.refuse("name", "cannot be changed: usage is kept under it", name);
        }
        return read(fields, old, now, now);
    }

    /** As {@link #update}, of a client that comes from another Sidecar: it may have expired there. */
    public static Parsed<ClientToken> carried(ClientToken old, ObjectNode body, Instant now) {
        return read(new Fields(without(body, "name")), old, now, Instant.MIN);
    }

    /** As {@link #create}, of a client that comes from another Sidecar: it may have expired there. */
    public static Parsed<ClientToken> carriedNew(ClientToken blank, ObjectNode body, Instant now) {
        return create(blank, body, now, Instant.MIN);
    }

    /** Reads a new client; {@code blank} is what it is where the object says nothing, with its id and the hash of its token. */
    public static Parsed<ClientToken> create(ClientToken blank, ObjectNode body, Instant now) {
        return create(blank, body, now, now);
    }

    private static Parsed<ClientToken> create(ClientToken blank, ObjectNode body, Instant now, Instant endAfter) {
        Fields fields = new Fields(body);
        String name = "";
        if (fields.has("name")) {
            name = fields.text("name", "", 1, MAX_NAME);
        } else {
            fields.refuse(new FieldError("name", "Missing required field: name"));
        }
        if (RESERVED.contains(name)) {
            fields.refuse("name", "must not be " + name + ", which means something else in usage", name);
        }
        return read(fields, blank.named(name), now, endAfter);
    }

    private static ObjectNode without(ObjectNode body, String field) {
        ObjectNode rest = body.deepCopy();
        rest.remove(field);
        return rest;
    }

    private static Parsed<ClientToken> read(Fields fields, ClientToken old, Instant now, Instant endAfter) {
        fields.ignore(READ_ONLY);
        ClientPermissions permissions = rights(fields, old.permissions(), endAfter);
        fields.reportUnknown();
        return Parsed.of(fields, () -> old.with(permissions, now.truncatedTo(ChronoUnit.MILLIS)));
    }

    private static ClientPermissions rights(Fields fields, ClientPermissions old, Instant endAfter) {
        return new ClientPermissions(
                ClientPermissions.ENABLED.read(fields, old),
                limits(fields, old.limits()),
                models(fields, old.models()),
                cidrs(fields, old.cidrs()),
                expiry(fields, old.expiresAt(), endAfter),
                ClientPermissions.MAY_PIN.read(fields, old),
                ClientPermissions.STRICT_TRANSLATION.read(fields, old),
                ClientPermissions.HEARTBEAT.read(fields, old));
    }

    private static ClientLimits limits(Fields fields, ClientLimits old) {
        return new ClientLimits(
                ClientLimits.RPM.read(fields, old),
                ClientLimits.TPM.read(fields, old),
                ClientLimits.CONCURRENCY.read(fields, old),
                budget(fields, "budget_day_usd", old.budgetDay()),
                budget(fields, "budget_month_usd", old.budgetMonth()));
    }

    private static Optional<BigDecimal> budget(Fields fields, String name, Optional<BigDecimal> old) {
        return fields.optional(
                name,
                old,
                node -> Decimals.read(node, MAX_DECIMALS, MAX_DIGITS)
                        .filter(usd -> usd.signum() > 0 && usd.compareTo(MAX_BUDGET) <= 0)
                        .map(BigDecimal::stripTrailingZeros),
                "must be null or a number of USD above 0, at most 1000000000, with at most 9 decimals");
    }

    private static List<String> models(Fields fields, List<String> old) {
        return texts(fields, "models", "model names", old);
    }

    private static List<AddressRange> cidrs(Fields fields, List<AddressRange> old) {
        List<AddressRange> ranges = new ArrayList<>();
        for (String text : texts(
                fields,
                "cidrs",
                "address ranges",
                old.stream().map(AddressRange::toString).toList())) {
            Optional<AddressRange> range = AddressRange.parse(text);
            if (range.isEmpty()) {
                return fields.refuse(
                        "cidrs",
                        "must hold addresses or ranges such as 10.0.0.0/8 or fd00::/8, not \"" + Texts.excerpt(text)
                                + '"',
                        old);
            }
            ranges.add(range.get());
        }
        return ranges;
    }

    /** A list of different, decent texts. */
    private static List<String> texts(Fields fields, String field, String what, List<String> old) {
        JsonNode node = fields.node(field);
        if (node == null) {
            return old;
        }
        if (!(node instanceof ArrayNode array) || array.size() > MAX_LIST) {
            return fields.refuse(field, "must be a list of at most " + MAX_LIST + " " + what, old);
        }
        Set<String> texts = new LinkedHashSet<>();
        for (JsonNode item : array) {
            String text = item.isTextual() ? item.textValue().strip() : "";
            if (text.isEmpty() || text.length() > MAX_LIST || Texts.hasControls(text)) {
                return fields.refuse(field, "must be a list of at most " + MAX_LIST + " " + what, old);
            }
            texts.add(text);
        }
        return List.copyOf(texts);
    }

    private static Optional<Instant> expiry(Fields fields, Optional<Instant> old, Instant endAfter) {
        Optional<Instant> end = fields.optional(
                "expires_at", old, ClientReader::instant, "must be null or a time such as 2027-01-31T00:00:00Z");
        return end.equals(old) || end.isEmpty() || end.get().isAfter(endAfter)
                ? end
                : fields.refuse("expires_at", "must lie in the future; disable the client instead", old);
    }

    private static Optional<Instant> instant(JsonNode node) {
        try {
            return Optional.of(OffsetDateTime.parse(node.asText()).toInstant().truncatedTo(ChronoUnit.MILLIS));
        } catch (DateTimeException malformed) {
            return Optional.empty();
        }
    }
}
