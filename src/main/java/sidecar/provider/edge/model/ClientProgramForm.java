package sidecar.provider.edge.model;

import jakarta.faces.view.ViewScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.primefaces.PrimeFaces;
import sidecar.console.edge.SavedMessages;
import sidecar.json.Json;
import sidecar.provider.ModelSettings;
import sidecar.provider.model.ClientProgram;

/** The dialog of the Models page that makes a program's names aliases of models. */
@Named("clientProgram")
@ViewScoped
public class ClientProgramForm implements Serializable {

    private static final long serialVersionUID = 1L;

    private static final Map<String, String> INPUTS = Map.of("model", "names:model", "small_model", "names:small");

    private static final SavedMessages MESSAGES = SavedMessages.at(field -> INPUTS.getOrDefault(field, ""));

    @Inject
    private ModelAdmin admin;

    @Inject
    private ModelsPage page;

    private ClientProgram program = ClientProgram.CLAUDE_CODE;
    private String model;
    private String small;

    /** Opens the dialog for a program, by its name in JSON. */
    public void open(String name) {
        program = ClientProgram.of(name).orElseThrow();
        model = null;
        small = null;
    }

    public void save() {
        MESSAGES.show(
                        admin.serveNames(Json.object()
                                .put("client", program.wire())
                                .put("model", model)
                                .put("small_model", getSmallNames().isEmpty() ? null : small)),
                        "models.names.saved",
                        ClientProgramForm::models)
                .ifPresent(saved -> {
                    page.load();
                    PrimeFaces.current().executeScript("PF('names').hide()");
                });
    }

    private static String models(List<ModelSettings> changed) {
        return changed.stream().map(ModelSettings::model).collect(Collectors.joining(", "));
    }

    public String getProgram() {
        return program.wire();
    }

    public List<String> getNames() {
        return program.names();
    }

    public List<String> getSmallNames() {
        return program.smallNames();
    }

    public String getModel() {
        return model;
    }

    public void setModel(String model) {
        this.model = model;
    }

    public String getSmall() {
        return small;
    }

    public void setSmall(String small) {
        this.small = small;
    }
}
