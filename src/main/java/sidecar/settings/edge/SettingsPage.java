package sidecar.settings.edge;

import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.annotation.PostConstruct;
import jakarta.faces.context.FacesContext;
import jakarta.faces.view.ViewScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.primefaces.PrimeFaces;
import sidecar.console.Saved;
import sidecar.console.edge.PageMessages;
import sidecar.console.edge.SavedMessages;
import sidecar.json.Json;
import sidecar.json.MalformedJsonException;
import sidecar.settings.Setting;
import sidecar.settings.SettingGroup;
import sidecar.settings.SettingsCatalog;

/** The Settings page: what {@code GET /config} says, by group, and changes to it. */
@Named("settings")
@ViewScoped
public class SettingsPage implements Serializable {

    private static final long serialVersionUID = 1L;

    @Inject
    private SettingsAdmin admin;

    private final List<Section> sections = new ArrayList<>();
    private Map<String, Object> edited = Map.of();
    private String value;

    /** The settings of a group; each is a map of what the API says of it, and of texts in the visitor's language. */
    public static final class Section implements Serializable {
        private static final long serialVersionUID = 1L;

        private final String name;
        private final transient List<Map<String, Object>> settings;

        Section(String name, List<Map<String, Object>> settings) {
            this.name = name;
            this.settings = settings;
        }

        public String getName() {
            return name;
        }

        public List<Map<String, Object>> getSettings() {
            return settings;
        }
    }

    @PostConstruct
    void load() {
        SettingTranslations words = new SettingTranslations(
                FacesContext.getCurrentInstance().getViewRoot().getLocale());
        Map<String, ObjectNode> views = new HashMap<>();
        admin.views().forEach(view -> views.put(view.path("key").asText(), view));
        sections.clear();
        for (Map.Entry<SettingGroup, List<Setting<?>>> group :
                SettingsCatalog.grouped().entrySet()) {
            List<Map<String, Object>> rows = group.getValue().stream()
                    .filter(Setting::inTable)
                    .map(setting -> row(setting, views.get(setting.key()), words))
                    .toList();
            if (!rows.isEmpty()) {
                sections.add(new Section(words.group(group.getKey()), rows));
            }
        }
    }

    private static Map<String, Object> row(Setting<?> setting, ObjectNode view, SettingTranslations words) {
        Map<String, Object> row = Json.map(view);
        boolean own = !setting.description().equals(row.get("description"));
        row.put("text", own ? row.get("description") : words.description(setting));
        row.put("unit", words.unit(setting));
        row.put("effect", words.effect(setting));
        row.put("now", setting.effect() == Setting.Effect.AT_ONCE);
        row.put("json", setting.kind().json());
        row.put("options", setting.kind().options());
        return row;
    }

    public List<Section> getSections() {
        return sections;
    }

    /** Opens the dialog. */
    public void edit(Map<String, Object> row) {
        edited = row;
        value = (boolean) row.get("json")
                ? readable(row.get("value").toString())
                : row.get("value").toString();
    }

    /** JSON that a script has put on one line. */
    private static String readable(String text) {
        try {
            return text.startsWith("[") && text.indexOf('\n') < 0 ? Json.pretty(Json.read(text)) : text;
        } catch (MalformedJsonException asItWas) {
            return text;
        }
    }

    public void save() {
        String key = edited.get("key").toString();
        Saved<Setting<?>> saved = admin.save(key, Json.object().put("value", value == null ? "" : value));
        SavedMessages.at(field -> "edit:" + getInput())
                .show(saved, "settings.saved", Setting::key)
                .ifPresent(setting -> {
                    load();
                    PrimeFaces.current().executeScript("PF('editor').hide()");
                });
    }

    /** Which of the dialog's inputs is the one: a choice, JSON, or a line. */
    public String getInput() {
        if (!((List<?>) edited.getOrDefault("options", List.of())).isEmpty()) {
            return "choice";
        }
        return Boolean.TRUE.equals(edited.get("json")) ? "json" : "line";
    }

    public void reset(Map<String, Object> row) {
        admin.delete(row.get("key").toString());
        load();
        PageMessages.done("settings.was_reset", row.get("key"));
    }

    public Map<String, Object> getEdited() {
        return edited;
    }

    public String getValue() {
        return value;
    }

    public void setValue(String value) {
        this.value = value;
    }
}
