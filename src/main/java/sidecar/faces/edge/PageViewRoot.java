package sidecar.faces.edge;

import jakarta.faces.component.UIViewRoot;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * The root of a page's view. Pages that strangers see keep nothing on the server: with the usual root, PrimeFaces' keeping its nonce in the view's map
 * would begin a session for everybody who looks at the sign-in.
 */
public class PageViewRoot extends UIViewRoot {

    private static final Set<String> STATELESS = Set.of("/login.xhtml", "/broken.xhtml");

    private Map<String, Object> requestMap;

    @Override
    public Map<String, Object> getViewMap(boolean create) {
        if (!STATELESS.contains(getViewId())) {
            return super.getViewMap(create);
        }
        if (requestMap == null && create) {
            requestMap = new HashMap<>();
        }
        return requestMap;
    }
}
