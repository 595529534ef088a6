package sidecar.console.edge;

import jakarta.faces.application.FacesMessage;
import jakarta.faces.component.UIComponent;
import jakarta.faces.component.UIInput;
import jakarta.faces.context.FacesContext;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import sidecar.json.FieldError;

/** What a page tells its visitor after a click. Only to be called while a page is being answered. */
public final class PageMessages {

    private PageMessages() {}

    /** It worked: a short note in the corner. */
    public static void done(String key, Object... arguments) {
        note(FacesMessage.SEVERITY_INFO, UiMessages.of(key, arguments), null);
    }

    /** It worked, but: a note in a core's words. */
    public static void warn(String text) {
        note(FacesMessage.SEVERITY_WARN, UiMessages.said(text), null);
    }

    /** It did not work. */
    public static void failed(String key, Object... arguments) {
        fail(UiMessages.of(key, arguments));
    }

    /** It did not work, in a core's words. */
    public static void failure(String text) {
        fail(UiMessages.said(text));
    }

    private static void fail(String text) {
        note(FacesMessage.SEVERITY_ERROR, text, null);
        FacesContext.getCurrentInstance().validationFailed();
    }

    /**
     * What was refused, each message at its field, in the language of the view.
     *
     * @param clientId of the input that a field came from, such as {@code dialog:name}; one that is not on the page sends the message to the
     *     corner
     */
    public static void refused(List<FieldError> errors, Function<String, String> clientId) {
        FacesContext faces = FacesContext.getCurrentInstance();
        for (FieldError error : errors) {
            String id = clientId.apply(error.field());
            UIComponent input =
                    error.field().isEmpty() ? null : faces.getViewRoot().findComponent(":" + id);
            if (input instanceof UIInput) {
                note(FacesMessage.SEVERITY_ERROR, UiMessages.saidAt(error.field(), error.message()), id);
            } else {
                note(FacesMessage.SEVERITY_ERROR, UiMessages.said(error.message()), null);
            }
            if (input instanceof UIInput refused && !(refused.getValue() instanceof Collection)) {
                // PrimeFaces draws an input with a message by what was submitted, which is forgotten by now
                refused.setSubmittedValue(refused.getValue());
            }
        }
        faces.validationFailed();
    }

    private static void note(FacesMessage.Severity severity, String text, String clientId) {
        FacesContext.getCurrentInstance().addMessage(clientId, new FacesMessage(severity, text, null));
    }
}
