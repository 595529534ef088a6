package sidecar.connect.edge;

import jakarta.faces.view.ViewScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.io.Serializable;
import java.util.List;
import org.jspecify.annotations.Nullable;
import sidecar.console.edge.PageUser;
import sidecar.provider.Dialect;

/** The recipes, for the model that was chosen. */
@Named("connect")
@ViewScoped
public class ConnectPage implements Serializable {

    private static final long serialVersionUID = 1L;

    /**
     * A recipe; where it goes and its words stand under {@code connect.} and the name.
     *
     * @param text empty when this client can use no model
     * @param speaks what would have to be served; the words for that stand under {@code connect.none_}
     * @param translated whether what this client says is translated for the providers of its model
     */
    public record Recipe(String name, String text, String speaks, boolean translated) implements Serializable {}

    @Inject
    private Recipes recipes;

    @Inject
    private PageUser user;

    private String model = "";

    /** What is tried. */
    private Dialect dialect = Dialect.CHAT;

    /** In the order of the page. */
    public List<Recipe> getAll() {
        return recipes.all(user.getOrigin(), model);
    }

    /** In the chosen dialect; null when its clients can use no model. */
    public @Nullable SampleRequest getSample() {
        return recipes.sample(user.getOrigin(), model, dialect).orElse(null);
    }

    public Dialect[] getDialects() {
        return Dialect.values();
    }

    public Dialect getDialect() {
        return dialect;
    }

    public void setDialect(@Nullable Dialect dialect) {
        this.dialect = dialect == null ? Dialect.CHAT : dialect;
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
