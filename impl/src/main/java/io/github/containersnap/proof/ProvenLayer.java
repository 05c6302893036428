package io.github.containersnap.proof;

import io.github.containersnap.oci.ImageConfig;
import io.github.containersnap.tree.TreeManifest;
import java.nio.file.Path;

/**
 * The top layer of an image in the store, proven to be the image's root filesystem.
 *
 * @param directory the layer's subvolume; snapshots are made of it, it is never booted
 * @param layerId the layer's id in the store
 * @param tree the root filesystem as the image's digest says it, without the attributes that {@link
 *     io.github.containersnap.tree.HostAttributes} names; the subvolume held just that
 * @param config the image's configuration
 */
public record ProvenLayer(Path directory, String layerId, TreeManifest tree, ImageConfig config) {}
