package sidecar.boot.edge;

import com.sun.management.HotSpotDiagnosticMXBean;
import jakarta.annotation.PostConstruct;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import sidecar.database.DatabaseLocation;
import sidecar.settings.Settings;
import sidecar.settings.SettingsCatalog;

/**
 * How Sidecar came to run here: by {@code deploy/run.sh}, which starts a server as Sidecar wants it, or as a WAR on a server
 * that was there before, which may lack some of that. Looks at the server once,
 * when it is first asked: the database is to be there by then. Thread-safe.
 */
@Named
@ApplicationScoped
public class Deployment {

    private static final String STRICT = "org.glassfish.grizzly.http.STRICT_HEADER_VALUE_VALIDATION_RFC_9110";

    /** What others need of the file, and of each directory that it is in. */
    private static final Map<PosixFilePermission, PosixFilePermission> OTHERS = Map.of(
            PosixFilePermission.GROUP_READ, PosixFilePermission.GROUP_EXECUTE,
            PosixFilePermission.OTHERS_READ, PosixFilePermission.OTHERS_EXECUTE);

    @Inject
    private Settings settings;

    private List<HttpListenerSettings> listeners;
    private DeploymentCheck.ProcessSettings process;

    @PostConstruct
    void look() {
        listeners = HttpListeners.read();
        process = new DeploymentCheck.ProcessSettings(
                Runtime.getRuntime().maxMemory(),
                exitsOnOutOfMemory(),
                !"false".equalsIgnoreCase(System.getProperty(STRICT)),
                readableByOthers());
    }

    /** What this server lacks of that which {@code deploy/run.sh} sets, one sentence each with what mends it; by the settings of now. */
    public List<String> getFindings() {
        return DeploymentCheck.findings(
                listeners,
                new DeploymentCheck.MetricsSettings(
                        settings.get(SettingsCatalog.METRICS_PORT),
                        !settings.get(SettingsCatalog.METRICS_AUTH).equals("none")),
                process);
    }

    private static boolean exitsOnOutOfMemory() {
        HotSpotDiagnosticMXBean jvm = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
        try {
            return jvm == null
                    || Boolean.parseBoolean(
                            jvm.getVMOption("ExitOnOutOfMemoryError").getValue());
        } catch (IllegalArgumentException unknown) {
            // a JVM of another kind, of which nothing is known
            return true;
        }
    }

    private String readableByOthers() {
        Path database = DatabaseLocation.of(settings).data().orElse(null);
        if (database == null) {
            return "";
        }
        try {
            Set<PosixFilePermission> ofFile = Files.getPosixFilePermissions(database);
            Set<PosixFilePermission> ofDirectories = EnumSet.allOf(PosixFilePermission.class);
            for (Path above = database.toRealPath().getParent(); above != null; above = above.getParent()) {
                ofDirectories.retainAll(Files.getPosixFilePermissions(above));
            }
            boolean readable = OTHERS.entrySet().stream()
                    .anyMatch(each -> ofFile.contains(each.getKey()) && ofDirectories.contains(each.getValue()));
            return readable ? database.toString() : "";
        } catch (IOException | UnsupportedOperationException unknown) {
            // a file system without such permissions
            return "";
        }
    }
}
