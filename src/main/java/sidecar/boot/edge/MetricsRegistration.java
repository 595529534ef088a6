package sidecar.boot.edge;

import jakarta.servlet.Servlet;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;
import jakarta.servlet.ServletRegistration;
import jakarta.servlet.annotation.WebListener;

/**
 * Maps the server's metrics to {@code /metrics} where the application is not deployed at the root of its host: the server
 * does so itself at the root only (seen on Payara 6.2025.10, {@code MetricsServletContainerInitializer}).
 */
@WebListener
public class MetricsRegistration implements ServletContextListener {

    private static final System.Logger LOG = System.getLogger(MetricsRegistration.class.getName());

    private static final String SERVERS = "fish.payara.microprofile.metrics.rest.MetricsResource";

    @Override
    public void contextInitialized(ServletContextEvent event) {
        ServletContext context = event.getServletContext();
        if (context.getContextPath().isEmpty()) {
            return;
        }
        try {
            Class<? extends Servlet> servlet = Class.forName(
                            SERVERS, true, Thread.currentThread().getContextClassLoader())
                    .asSubclass(Servlet.class);
            ServletRegistration.Dynamic metrics = context.addServlet("metrics", servlet);
            if (metrics != null) { // null where somebody has done so already
                metrics.addMapping("/metrics");
            }
        } catch (ReflectiveOperationException | ClassCastException | LinkageError another) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "this server has no metrics that could be shown below {0}: ask it for its own /metrics",
                    context.getContextPath());
        }
    }
}
