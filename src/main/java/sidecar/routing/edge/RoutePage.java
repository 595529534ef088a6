package sidecar.routing.edge;

import jakarta.annotation.PostConstruct;
import jakarta.enterprise.context.RequestScoped;
import jakarta.faces.context.FacesContext;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.util.Map;
import sidecar.json.Json;
import sidecar.routing.RouteExplainer;

/** The explanation on the Models page of whom a request would go to: {@code /models?route=NAME}. */
@Named("route")
@RequestScoped
public class RoutePage {

    @Inject
    private RouteExplainer explainer;

    private String model = "";
    private Map<String, Object> explained;

    @PostConstruct
    void begin() {
        model = FacesContext.getCurrentInstance()
                .getExternalContext()
                .getRequestParameterMap()
                .getOrDefault("route", "");
        explain();
    }

    /** Asks what would become of a request for the model now. */
    public void explain() {
        explained = explainer
                .explain(model == null ? "" : model.strip())
                .map(RouteView::write)
                .map(Json::map)
                .orElse(null);
    }

    /** What {@code GET /route} answers; null for a model that nobody maps. */
    public Map<String, Object> getExplained() {
        return explained;
    }

    /** Whether a model was named that nobody maps. */
    public boolean isUnknown() {
        return explained == null && model != null && !model.isBlank();
    }

    public String getModel() {
        return model;
    }

    public void setModel(String model) {
        this.model = model;
    }
}
