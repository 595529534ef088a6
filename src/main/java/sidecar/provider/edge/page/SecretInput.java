package sidecar.provider.edge.page;

import java.io.Serializable;
import sidecar.console.edge.FormJson;
import sidecar.provider.Secret;

/**
 * A secret that is typed into a form. Its input is always drawn empty, so that an empty one means "as before": what was typed before the form was
 * drawn again, else what is stored, which is known by its mask only.
 */
public final class SecretInput implements Serializable {

    private static final long serialVersionUID = 1L;

    private String value = "";
    private String mask = "";

    /** Something is stored that looks like this. */
    void shows(String stored) {
        mask = stored;
    }

    /** What was typed; empty when nothing was. */
    public String getValue() {
        return value;
    }

    public void setValue(String typed) {
        String text = FormJson.text(typed);
        if (!text.isEmpty()) {
            value = text;
            mask = new Secret(text).mask();
        }
    }

    /** What there is, in a form that gives nothing away; empty when there is nothing. */
    public String getMask() {
        return mask;
    }
}
