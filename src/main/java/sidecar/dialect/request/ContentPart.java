package sidecar.dialect.request;

import java.util.Optional;

/** A piece of what a user or a tool said. Immutable. */
public sealed interface ContentPart {

    record TextPart(String text) implements ContentPart {}

    /**
     * A picture.
     *
     * @param detail OpenAI's {@code low}, {@code high} or {@code auto}; empty where it was not said
     */
    record ImagePart(Media media, Optional<String> detail) implements ContentPart {}

    /**
     * A document.
     *
     * @param name of the file; empty where it has none
     */
    record FilePart(Media media, Optional<String> name) implements ContentPart {}

    /** Where the bytes of a part are. */
    sealed interface Media {

        /** In the request itself: base64 as it came, not decoded. */
        record InlineMedia(String mediaType, String base64) implements Media {

            /** As a data URI. */
            public String uri() {
                return "data:" + mediaType + ";base64," + base64;
            }
        }

        /** Behind a URL, which the provider fetches. */
        record RemoteMedia(String url) implements Media {}

        /** With a provider, to which it was uploaded: no other provider knows it. */
        record UploadedMedia(String fileId) implements Media {}
    }
}
