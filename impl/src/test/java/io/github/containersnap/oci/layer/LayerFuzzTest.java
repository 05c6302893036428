package io.github.containersnap.oci.layer;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.base.BinaryInput;
import io.github.containersnap.base.BinaryOutput;
import io.github.containersnap.fuzz.KeptInputs;
import io.github.containersnap.linux.EscapedBytes;
import io.github.containersnap.oci.TarBuilder;
import io.github.containersnap.oci.tar.MalformedArchiveException;
import io.github.containersnap.tree.FileKind;
import io.github.containersnap.tree.TreeEntry;
import io.github.containersnap.tree.TreeManifest;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Any bytes as the archives of an image's layers, one after the other. Only a {@link
 * MalformedArchiveException} or a {@link HostileLayerException} may refuse them. A tree that they
 * make is one that a filesystem can hold: every name is a possible one, in a directory of the tree.
 * What is kept of the layers in place of their archives makes the same tree.
 *
 * <p>Each block with the magic of a header gets the right checksum, which no fuzzer would find.
 */
final class LayerFuzzTest {
  private static final int BLOCK = 512;
  private static final byte[] MAGIC = "ustar".getBytes(StandardCharsets.US_ASCII);
  private static final int MAGIC_AT = 257;
  private static final int LONGEST_NAME = 255;

  public static void fuzzerTestOneInput(byte[] input) throws IOException {
    LayerTree tree = new LayerTree();
    List<LayerContents> kept = new ArrayList<>();
    try {
      for (byte[] archive : archives(signed(input))) {
        kept.add(tree.apply("sha256:0", new ByteArrayInputStream(archive), file -> {}));
      }
    } catch (MalformedArchiveException | HostileLayerException refused) {
      assertThat(refused.getMessage()).doesNotContainPattern("\\p{Cc}");
      return;
    }
    TreeManifest manifest = tree.manifest();
    assertPossible(manifest);
    LayerTree again = new LayerTree();
    for (LayerContents contents : kept) {
      again.apply(LayerContents.read("sha256:0", written(contents)));
    }
    assertThat(again.manifest()).isEqualTo(manifest);
  }

  private static BinaryInput written(LayerContents contents) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    BinaryOutput out = new BinaryOutput(bytes);
    contents.write(out);
    out.seal();
    return BinaryInput.sealed(bytes.toByteArray()).orElseThrow();
  }

  private static byte[] signed(byte[] input) {
    byte[] signed = input.clone();
    for (int start = 0; start + BLOCK <= input.length; start += BLOCK) {
      int magic = start + MAGIC_AT;
      if (Arrays.equals(signed, magic, magic + MAGIC.length, MAGIC, 0, MAGIC.length)) {
        byte[] block = Arrays.copyOfRange(signed, start, start + BLOCK);
        TarBuilder.sign(block);
        System.arraycopy(block, 0, signed, start, BLOCK);
      }
    }
    return signed;
  }

  /** Two blocks of zeros end an archive. */
  private static List<byte[]> archives(byte[] input) {
    byte[] end = new byte[2 * BLOCK];
    List<byte[]> archives = new ArrayList<>();
    int start = 0;
    for (int at = 0; at + end.length <= input.length; at += BLOCK) {
      if (Arrays.equals(input, at, at + end.length, end, 0, end.length)) {
        archives.add(Arrays.copyOfRange(input, start, at + end.length));
        start = at + end.length;
        at += BLOCK;
      }
    }
    archives.add(Arrays.copyOfRange(input, start, input.length));
    return archives;
  }

  private static void assertPossible(TreeManifest manifest) {
    for (Map.Entry<String, TreeEntry> entry : manifest.entries().entrySet()) {
      String path = entry.getKey();
      if (!path.isEmpty()) {
        int slash = path.lastIndexOf('/');
        String directory = slash < 0 ? "" : path.substring(0, slash);
        assertThat(manifest.get(directory).map(TreeEntry::kind)).contains(FileKind.DIRECTORY);
        byte[] name = EscapedBytes.toBytes(path.substring(slash + 1));
        assertThat(name).hasSizeBetween(1, LONGEST_NAME).doesNotContain((byte) 0, (byte) '/');
        assertThat(path.substring(slash + 1)).isNotIn(".", "..");
      }
      assertThat(entry.getValue().size()).as(path).isNotNegative();
    }
  }

  @TestFactory
  Stream<DynamicTest> every_kept_input_holds() {
    return KeptInputs.of("Layer", LayerFuzzTest::fuzzerTestOneInput);
  }
}
