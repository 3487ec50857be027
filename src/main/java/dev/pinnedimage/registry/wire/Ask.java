package dev.pinnedimage.registry.wire;

/**
 * One question to a registry, wherever redirects take it.
 *
 * @param maxBytes of the body of a good answer; one byte more is a refusal
 */
public record Ask(String method, String path, String accept, int maxBytes) {}
