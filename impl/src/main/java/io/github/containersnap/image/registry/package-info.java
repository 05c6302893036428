/**
 * What podman and skopeo cannot be asked of a registry: its list of what refers to an image (OCI
 * distribution specification 1.1, "Listing Referrers"). It is asked over HTTP, at the places, with
 * the logins and the certificates of the files that podman reads.
 *
 * <p>Whatever a registry answers is hostile: sizes, times and numbers are bounded, and nothing is
 * believed.
 */
@NullMarked
package io.github.containersnap.image.registry;

import org.jspecify.annotations.NullMarked;
