package sidecar.admin.edge;

import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.core.Application;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.OpenAPIDefinition;
import org.eclipse.microprofile.openapi.annotations.enums.SecuritySchemeType;
import org.eclipse.microprofile.openapi.annotations.info.Info;
import org.eclipse.microprofile.openapi.annotations.security.SecurityRequirement;
import org.eclipse.microprofile.openapi.annotations.security.SecurityScheme;

/** The admin API. Its resources live with their features. */
@ApplicationPath("/api/admin")
@OpenAPIDefinition(
        info =
                @Info(
                        title = "Sidecar admin API",
                        version = "3",
                        description = "Providers, pools and settings. Errors are {\"detail\": …}, with"
                                + " \"errors\": [{\"field\", \"message\"}] for refused input."),
        security = @SecurityRequirement(name = "admin"))
@SecurityScheme(
        securitySchemeName = "admin",
        type = SecuritySchemeType.HTTP,
        scheme = "bearer",
        description = "SIDECAR_ADMIN_TOKEN, or SIDECAR_VIEWER_TOKEN for reading")
public class AdminApplication extends Application {

    @Override
    public Map<String, Object> getProperties() {
        // The WADL document would answer in XML; errors with a body must never become the container's HTML pages.
        return Map.of(
                "jersey.config.server.wadl.disableWadl",
                true,
                "jersey.config.server.response.setStatusOverSendError",
                true);
    }
}
