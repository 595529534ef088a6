package sidecar.console.edge;

import jakarta.enterprise.context.ApplicationScoped;
import sidecar.console.ChangeNotices;

/** Of the only gateway of its database: there is nobody to tell, and nobody who tells. */
@ApplicationScoped
public class LocalChangeNotices implements ChangeNotices {

    @Override
    public void announce(String table) {
        // nobody else has it in memory
    }

    @Override
    public void subscribe(String table, Runnable reload) {
        // nobody else changes it
    }
}
