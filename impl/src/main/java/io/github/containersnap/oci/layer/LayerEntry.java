package io.github.containersnap.oci.layer;

import io.github.containersnap.oci.tar.TarEntry;

/**
 * An entry of a layer's archive with what its content is.
 *
 * @param header the entry
 * @param contentDigest SHA-256 of a regular file's content in hexadecimal digits, "" for every
 *     other type
 */
record LayerEntry(TarEntry header, String contentDigest) {}
