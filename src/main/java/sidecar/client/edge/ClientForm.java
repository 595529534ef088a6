package sidecar.client.edge;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.Serializable;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import sidecar.client.ClientPermissions;
import sidecar.console.edge.FormJson;
import sidecar.json.Attribute;
import sidecar.json.Json;

/** What stands in the dialog of a client, and the body that it makes for the API. */
public class ClientForm implements Serializable {

    private static final long serialVersionUID = 1L;

    private static final List<String> TEXTS = attributes(Attribute.AttributeType.TEXT);
    private static final List<String> INTEGERS = attributes(Attribute.AttributeType.INTEGER);
    private static final List<String> FLAGS = attributes(Attribute.AttributeType.FLAG);
    private static final List<String> BUDGETS = List.of("budget_day_usd", "budget_month_usd");
    private static final String EXPIRY = "expires_at";

    private final String id;
    private final String expiry;
    private final Map<String, String> texts = new HashMap<>();
    private final Map<String, Boolean> flags = new HashMap<>();
    private List<String> models = new ArrayList<>();
    private List<String> cidrs = new ArrayList<>();

    private ClientForm(String id, String expiry) {
        this.id = id;
        this.expiry = expiry;
    }

    private static List<String> attributes(Attribute.AttributeType type) {
        return ClientPermissions.ATTRIBUTES.stream()
                .filter(attribute -> attribute.type() == type)
                .map(Attribute::name)
                .toList();
    }

    /** Of a client that is not there yet. */
    static ClientForm fresh() {
        ObjectNode view = Json.object();
        ClientPermissions.ATTRIBUTES.forEach(attribute -> attribute.write(view, ClientPermissions.usual(false)));
        ClientForm form = new ClientForm("", null);
        form.fill(Json.map(view));
        return form;
    }

    /** @param view the client as the API shows it */
    static ClientForm of(Map<String, Object> view) {
        ClientForm form = new ClientForm(view.get("id").toString(), (String) view.get(EXPIRY));
        form.texts.put("name", view.get("name").toString());
        form.fill(view);
        BUDGETS.forEach(name -> form.texts.put(name, text(view.get(name))));
        form.texts.put(EXPIRY, shown(form.expiry));
        form.models = list(view.get("models"));
        form.cidrs = list(view.get("cidrs"));
        return form;
    }

    private void fill(Map<String, Object> view) {
        TEXTS.forEach(name -> texts.put(name, text(view.get(name))));
        INTEGERS.forEach(name -> texts.put(name, text(view.get(name))));
        FLAGS.forEach(name -> flags.put(name, (Boolean) view.get(name)));
    }

    private static String text(Object value) {
        return value instanceof BigDecimal usd ? usd.toPlainString() : value == null ? "" : value.toString();
    }

    private static List<String> list(Object texts) {
        return ((List<?>) texts).stream().map(Object::toString).collect(Collectors.toCollection(ArrayList::new));
    }

    /** As a browser's field takes a moment, and gives it back: in UTC, without seconds that are none. */
    private static String shown(String moment) {
        return moment == null
                ? ""
                : LocalDateTime.ofInstant(Instant.parse(moment).truncatedTo(ChronoUnit.SECONDS), ZoneOffset.UTC)
                        .toString();
    }

    /** The API's body; the name is only asked for once. */
    ObjectNode body() {
        ObjectNode body = Json.object();
        if (isFresh()) {
            body.put("name", FormJson.text(texts.get("name")));
        }
        TEXTS.forEach(name -> body.put(name, FormJson.text(texts.get(name))));
        INTEGERS.forEach(name -> body.set(name, FormJson.integer(texts.get(name))));
        BUDGETS.forEach(name -> body.set(name, FormJson.decimal(texts.get(name))));
        FLAGS.forEach(name -> body.put(name, flags.get(name)));
        body.set("models", Json.tree(models));
        body.set("cidrs", Json.tree(cidrs));
        return body.put(EXPIRY, expiry());
    }

    /** To the millisecond as it was where nobody touched it: a client that has expired can be edited. */
    private String expiry() {
        String text = FormJson.text(texts.get(EXPIRY));
        if (text.equals(shown(expiry))) {
            return expiry;
        }
        return text.isEmpty() ? null : text + "Z";
    }

    public boolean isFresh() {
        return id.isEmpty();
    }

    String id() {
        return id;
    }

    /** What stands in the inputs of one line and is chosen, by the API's names. */
    public Map<String, String> getTexts() {
        return texts;
    }

    /** What is ticked, by the API's names. */
    public Map<String, Boolean> getFlags() {
        return flags;
    }

    public List<String> getModels() {
        return models;
    }

    public void setModels(List<String> models) {
        this.models = models == null ? new ArrayList<>() : models;
    }

    public List<String> getCidrs() {
        return cidrs;
    }

    public void setCidrs(List<String> cidrs) {
        this.cidrs = cidrs == null ? new ArrayList<>() : cidrs;
    }
}
