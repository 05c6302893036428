package io.github.containersnap.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.base.Sha256;
import io.github.containersnap.engine.model.ImageReference;
import io.github.containersnap.fuzz.KeptInputs;
import io.github.containersnap.lint.Lint;
import io.github.containersnap.lint.model.InspectedImage;
import io.github.containersnap.tree.TreeManifest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Any bytes as the files of an OCI layout. Only an {@link UnreadableImageException} may refuse
 * them. What is not refused is an image that lint can look at, twice with one result.
 *
 * <p>An input is the files of the layout, each after its length in two bytes: the layer, the
 * configuration, the manifest, the index, the marker. {@code #0} to {@code #2} in them stand for
 * the digests of the first three, {@code %0} to {@code %2} for their sizes.
 */
final class ImageIntakeFuzzTest {
  private static final int BLOBS = 3;
  private static final String AMD64 = "amd64";
  private static final RegistryAccess LOCAL =
      new RegistryAccess(true, Optional.empty(), Optional.empty(), Duration.ofSeconds(1));

  public static void fuzzerTestOneInput(byte[] input) throws IOException {
    Path layout = Layout.DIRECTORY;
    List<Path> written = Layout.write(input);
    try (ImageIntake intake =
        ImageIntake.fetch(new ImageReference("oci:" + layout), LOCAL, layout, AMD64)) {
      InspectedImage image = intake.inspected(AMD64);
      TreeManifest tree = image.tree();
      Lint.of(image, Set.of());
      assertThat(intake.inspected(AMD64).tree()).isEqualTo(tree);
      assertThat(intake.image().config().diffIds()).isNotEmpty();
    } catch (UnreadableImageException refused) {
      assertThat(refused).hasMessageStartingWith("The image oci:" + layout);
    } finally {
      for (Path file : written) {
        Files.delete(file);
      }
    }
  }

  /** The layout, one for all inputs. */
  private static final class Layout {
    private static final Path DIRECTORY = made();

    private static Path made() {
      try {
        Path directory = Files.createTempDirectory("layout");
        Files.createDirectories(blobs(directory));
        return directory;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private static Path blobs(Path directory) {
      return directory.resolve("blobs").resolve("sha256");
    }

    static List<Path> write(byte[] input) throws IOException {
      List<byte[]> parts = parts(input);
      List<byte[]> blobs = new ArrayList<>();
      List<Path> written = new ArrayList<>();
      for (int i = 0; i < parts.size(); i++) {
        byte[] content = i == 0 ? parts.get(i) : filledIn(parts.get(i), blobs);
        if (i < BLOBS) {
          blobs.add(content);
          written.add(blobs(DIRECTORY).resolve(Sha256.hex(content)));
        } else {
          written.add(DIRECTORY.resolve(i == BLOBS ? "index.json" : "oci-layout"));
        }
        Files.write(written.getLast(), content);
      }
      return written.stream().distinct().toList();
    }

    private static List<byte[]> parts(byte[] input) {
      List<byte[]> parts = new ArrayList<>();
      int at = 0;
      while (at + 2 <= input.length && parts.size() < BLOBS + 2) {
        int length = (input[at] & 0xff) << 8 | (input[at + 1] & 0xff);
        int end = Math.min(at + 2 + length, input.length);
        parts.add(Arrays.copyOfRange(input, at + 2, end));
        at = end;
      }
      return parts;
    }

    private static byte[] filledIn(byte[] text, List<byte[]> blobs) {
      String filled = new String(text, StandardCharsets.ISO_8859_1);
      for (int i = 0; i < blobs.size(); i++) {
        filled =
            filled
                .replace("#" + i, "sha256:" + Sha256.hex(blobs.get(i)))
                .replace("%" + i, String.valueOf(blobs.get(i).length));
      }
      return filled.getBytes(StandardCharsets.ISO_8859_1);
    }
  }

  @TestFactory
  Stream<DynamicTest> every_kept_input_holds() {
    return KeptInputs.of("ImageIntake", ImageIntakeFuzzTest::fuzzerTestOneInput);
  }
}
