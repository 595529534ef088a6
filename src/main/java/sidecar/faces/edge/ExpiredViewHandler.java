package sidecar.faces.edge;

import jakarta.faces.FacesException;
import jakarta.faces.application.ViewExpiredException;
import jakarta.faces.context.ExceptionHandler;
import jakarta.faces.context.ExceptionHandlerWrapper;
import jakarta.faces.context.ExternalContext;
import jakarta.faces.context.FacesContext;
import jakarta.faces.event.ExceptionQueuedEvent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;

/**
 * What is sent from a page that this server does not know, since another one made it, or it is too old, leads to the same page made anew; console.js
 * says so there. It is no error of anybody's. Requests of scripts are answered by {@code p:ajaxExceptionHandler} in the template, so that what was
 * typed in a dialog can be saved first.
 */
final class ExpiredViewHandler extends ExceptionHandlerWrapper {

    ExpiredViewHandler(ExceptionHandler wrapped) {
        super(wrapped);
    }

    @Override
    public void handle() throws FacesException {
        FacesContext faces = FacesContext.getCurrentInstance();
        if (!faces.getPartialViewContext().isAjaxRequest() && takeExpiry()) {
            reload(faces.getExternalContext());
        }
        super.handle();
    }

    private boolean takeExpiry() {
        boolean expired = false;
        Iterator<ExceptionQueuedEvent> events =
                getUnhandledExceptionQueuedEvents().iterator();
        while (events.hasNext()) {
            if (events.next().getContext().getException() instanceof ViewExpiredException) {
                events.remove();
                expired = true;
            }
        }
        return expired;
    }

    private static void reload(ExternalContext external) {
        String path = external.getRequestServletPath().replaceFirst("\\.xhtml$", "");
        try {
            external.redirect(external.getRequestContextPath() + path + "#reloaded");
        } catch (IOException gone) {
            throw new UncheckedIOException(gone);
        }
    }
}
