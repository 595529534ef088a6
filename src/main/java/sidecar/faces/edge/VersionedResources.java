package sidecar.faces.edge;

import jakarta.faces.application.Resource;
import jakarta.faces.application.ResourceHandler;
import jakarta.faces.application.ResourceHandlerWrapper;
import jakarta.faces.application.ResourceWrapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.CRC32;

/** Our own scripts and styles carry their checksum in their address: browsers may keep them, and yet never show an old one after an upgrade. */
public class VersionedResources extends ResourceHandlerWrapper {

    private static final String OURS = "sidecar";

    private final Map<String, String> sums = new ConcurrentHashMap<>();

    public VersionedResources(ResourceHandler wrapped) {
        super(wrapped);
    }

    @Override
    public Resource createResource(String name, String library) {
        return marked(super.createResource(name, library), library);
    }

    @Override
    public Resource createResource(String name, String library, String type) {
        return marked(super.createResource(name, library, type), library);
    }

    private Resource marked(Resource resource, String library) {
        return resource == null || !OURS.equals(library) ? resource : new Marked(resource, sums);
    }

    private static final class Marked extends ResourceWrapper {
        private final Map<String, String> sums;

        Marked(Resource resource, Map<String, String> sums) {
            super(resource);
            this.sums = sums;
        }

        @Override
        public String getRequestPath() {
            String sum = sums.computeIfAbsent(getResourceName(), name -> sum());
            String path = super.getRequestPath();
            return path + (path.indexOf('?') < 0 ? '?' : '&') + "v=" + sum;
        }

        private String sum() {
            try (InputStream content = getInputStream()) {
                CRC32 sum = new CRC32();
                sum.update(content.readAllBytes());
                return Long.toHexString(sum.getValue());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
