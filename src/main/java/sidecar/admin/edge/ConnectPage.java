package sidecar.admin.edge;

import jakarta.faces.view.ViewScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.io.Serializable;
import java.util.List;
import sidecar.console.edge.Visitor;
import sidecar.json.Json;

/** The recipes, for the model that was chosen. */
@Named("connect")
@ViewScoped
public class ConnectPage implements Serializable {

    private static final long serialVersionUID = 1L;

    /** A recipe; where it goes, its words and its icon stand under {@code connect.} and the name. */
    public record Recipe(String name, String text) implements Serializable {}

    @Inject
    private Recipes recipes;

    @Inject
    private Visitor visitor;

    private String model = "";

    /** In the order of the page. */
    public List<Recipe> getAll() {
        String origin = visitor.getOrigin();
        return List.of(
                new Recipe("openclaw", Json.pretty(recipes.openClaw(origin))),
                new Recipe("opencode", Json.pretty(recipes.openCode(origin))),
                new Recipe("codex", recipes.codex(origin, model)),
                new Recipe("python", recipes.python(origin, model)),
                new Recipe("javascript", recipes.javaScript(origin, model)));
    }

    public String getCurl() {
        return recipes.curl(visitor.getOrigin(), model);
    }

    public List<String> getModels() {
        return recipes.models();
    }

    public boolean isTokenNeeded() {
        return recipes.tokenNeeded();
    }

    public String getModel() {
        return model.isEmpty() && !getModels().isEmpty() ? getModels().get(0) : model;
    }

    public void setModel(String model) {
        this.model = model == null ? "" : model;
    }
}
