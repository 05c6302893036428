package io.github.containersnap.oci;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.containersnap.oci.layer.HostileLayerException;
import io.github.containersnap.oci.layer.LayerContents;
import io.github.containersnap.oci.layer.LayerTree;
import io.github.containersnap.oci.layer.SmallFileContents;
import io.github.containersnap.oci.tar.MalformedArchiveException;
import io.github.containersnap.tree.TreeManifest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * One image of a layout; its manifest and configuration have been verified.
 *
 * @param layout the layout's directory
 * @param manifestDigest the manifest's digest as {@code sha256:HEX}
 * @param config the configuration, whose digest is the image id
 * @param layers the layers' blobs, bottom first
 */
public record OciImage(
    Path layout, String manifestDigest, ImageConfig config, List<LayerBlob> layers) {

  /**
   * With more layers an image is refused. Builders make at most 127, overlayfs mounts at most 500;
   * a manifest that lists ten thousand would keep podman and skopeo at work for minutes.
   */
  public static final int MOST_LAYERS = 500;

  /**
   * A layer's blob, not verified yet.
   *
   * @param digest the blob's digest, as {@code sha256:HEX}
   * @param size the blob's length in bytes
   * @param diffId the digest of the uncompressed archive, as {@code sha256:HEX}
   */
  public record LayerBlob(String digest, long size, String diffId) {}

  public OciImage {
    layers = List.copyOf(layers);
  }

  static OciImage load(Path layout, String manifestDigest, JsonNode manifest) throws IOException {
    Descriptor descriptor = Descriptor.of(manifest.path("config"));
    ImageConfig config = ImageConfig.parse(new BlobStore(layout).bytes(descriptor));
    List<LayerBlob> layers = new ArrayList<>();
    JsonNode blobs = manifest.path("layers");
    Optional<String> objection = objectionToLayers(blobs.size(), config.diffIds().size());
    if (objection.isPresent()) {
      throw new IOException(objection.get());
    }
    for (int i = 0; i < blobs.size(); i++) {
      Descriptor blob = Descriptor.of(blobs.path(i));
      layers.add(new LayerBlob(blob.digest(), blob.size(), config.diffIds().get(i)));
    }
    return new OciImage(layout, manifestDigest, config, layers);
  }

  /**
   * Why an image of so many layers is refused, as the part of a sentence; empty if it is not.
   *
   * @param listed how many the manifest lists
   * @param configured how many the configuration names
   */
  public static Optional<String> objectionToLayers(int listed, int configured) {
    if (listed != configured) {
      return Optional.of(
          "it lists %d layers, but its configuration %d".formatted(listed, configured));
    }
    return listed > MOST_LAYERS
        ? Optional.of(
            "it has %,d layers, more than the %,d that an image may have"
                .formatted(listed, MOST_LAYERS))
        : Optional.empty();
  }

  /** The image id: the configuration's digest in hexadecimal digits. */
  public String imageId() {
    return config.imageId();
  }

  /**
   * The root filesystem that the layers make; every layer is verified by blob digest and diff_id.
   *
   * @throws UnusableImageException if a layer is not what its digests say, is hostile or malformed
   */
  public TreeManifest tree() {
    return tree(SmallFileContents.none());
  }

  /** As {@link #tree()}, keeping what {@code contents} wants on the way. */
  public TreeManifest tree(SmallFileContents contents) {
    LayerTree tree = new LayerTree();
    for (LayerBlob layer : layers) {
      read(layer, archive -> tree.apply(layer.diffId(), archive, contents));
    }
    return tree.manifest();
  }

  /**
   * What the archive of each layer says, bottom first, verified as by {@link #tree()}.
   *
   * @throws UnusableImageException if a layer is not what its digests say, is hostile or malformed
   */
  public List<LayerContents> contents() {
    LayerTree tree = new LayerTree();
    List<LayerContents> contents = new ArrayList<>();
    for (LayerBlob layer : layers) {
      read(layer, archive -> contents.add(tree.apply(layer.diffId(), archive, _ -> {})));
    }
    return contents;
  }

  /** Reads a layer's archive to its end. */
  @FunctionalInterface
  private interface Reading {
    void of(InputStream archive) throws IOException;
  }

  private void read(LayerBlob layer, Reading reading) {
    BlobStore store = new BlobStore(layout);
    Descriptor blob = new Descriptor("", layer.digest(), layer.size());
    // Nothing is unpacked that has not been verified: the blob is read once for that alone.
    store.verify(blob);
    try (InputStream archive = Compression.open(store.file(blob));
        DigestedStream digested = new DigestedStream(archive)) {
      reading.of(digested);
      String diffId = digested.digest();
      if (!diffId.equals(layer.diffId())) {
        throw new UnusableImageException(
            layout,
            "its layer %s unpacks to the digest %s instead of the diff_id %s"
                .formatted(layer.digest(), diffId, layer.diffId()));
      }
    } catch (IOException e) {
      throw new UnusableImageException(
          layout,
          "its layer %s cannot be unpacked: %s".formatted(layer.digest(), e.getMessage()),
          e);
    } catch (HostileLayerException e) {
      throw new UnusableImageException(
          layout,
          "its layer %s is refused: its entry \"%s\" %s"
              .formatted(layer.digest(), e.entry(), e.why()),
          e);
    } catch (MalformedArchiveException e) {
      throw new UnusableImageException(
          layout,
          "its layer %s is a malformed tar archive at byte %,d (entry \"%s\"): %s%s"
              .formatted(layer.digest(), e.offset(), e.entry(), e.why(), compression(store, blob)),
          e);
    }
  }

  /** A help for whoever compressed the layer in a way that the specification does not know. */
  private static String compression(BlobStore store, Descriptor blob) {
    try {
      Compression found = Compression.of(store.file(blob));
      return found.isOfLayers()
          ? ""
          : "; it seems to be compressed with %s, and layers are plain, gzip or zstd"
              .formatted(found.name().toLowerCase(Locale.ROOT));
    } catch (IOException unknown) {
      return "";
    }
  }
}
