/**
 * Which images are believed and where they come from: logins, certificates, signatures and lists of
 * manifests, with the real command line in a process of its own, real podman and a real registry.
 *
 * <p>Tests only; nothing depends on this package. It needs root, loop devices, podman, skopeo,
 * docker-registry, openssl and gpg, and fails where they are missing.
 */
@NullMarked
package io.github.containersnap.registry;

import org.jspecify.annotations.NullMarked;
