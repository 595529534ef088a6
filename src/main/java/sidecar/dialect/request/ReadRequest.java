package sidecar.dialect.request;

/**
 * A request as its reader understood it.
 *
 * @param names of its tools, by which the answer's calls are turned back
 * @param losses that no provider's dialect could say; writers add theirs
 */
public record ReadRequest(Conversation conversation, ToolNames names, Losses losses) {}
