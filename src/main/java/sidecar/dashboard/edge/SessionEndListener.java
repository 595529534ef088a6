package sidecar.dashboard.edge;

import jakarta.inject.Inject;
import jakarta.servlet.annotation.WebListener;
import jakarta.servlet.http.HttpSessionEvent;
import jakarta.servlet.http.HttpSessionListener;

/** Who signs out, or is forgotten, hears no more. */
@WebListener
public class SessionEndListener implements HttpSessionListener {

    @Inject
    private DashboardHub hub;

    @Override
    public void sessionDestroyed(HttpSessionEvent event) {
        hub.leave(event.getSession().getId());
    }
}
