/**
 * A registry on this machine, to pull from: Debian's docker-registry, with or without a password,
 * with or without a certificate.
 *
 * <p>The fault runs use it, and the tests beside it, which need podman, skopeo, docker-registry,
 * openssl and gpg, and fail where they are missing. It knows nothing of updaters.
 */
@NullMarked
package io.github.containersnap.registry;

import org.jspecify.annotations.NullMarked;
