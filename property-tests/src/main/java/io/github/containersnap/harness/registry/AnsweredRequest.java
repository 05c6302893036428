package io.github.containersnap.harness.registry;

/**
 * A request that a proxy has answered.
 *
 * @param method such as {@code GET}
 * @param path with its query
 * @param status of the answer; 0 if none was given
 * @param bytes how many of the body were sent
 */
public record AnsweredRequest(String method, String path, int status, long bytes) {}
