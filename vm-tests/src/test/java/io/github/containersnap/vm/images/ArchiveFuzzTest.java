package io.github.containersnap.vm.images;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.oci.tar.MalformedArchiveException;
import io.github.containersnap.oci.tar.TarEntry;
import io.github.containersnap.oci.tar.TarReader;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Any bytes as an image archive. Only an {@link ImageInputException} may refuse them. What the gate
 * lets through, skopeo reads: each index and each blob that a reader of archives like skopeo's
 * finds in it is a member that the gate has looked at, with the same content.
 *
 * <p>Each block with the magic of a header gets the right checksum, which no fuzzer would find.
 */
final class ArchiveFuzzTest {
  private static final File CORPUS = new File("src/test/resources/fuzz/Archive");
  private static final int BLOCK = 512;
  private static final byte[] MAGIC = "ustar".getBytes(StandardCharsets.US_ASCII);
  private static final int MAGIC_AT = 257;
  private static final int LARGEST = 1 << 16;
  private static final Pattern OF_THE_IMAGE =
      Pattern.compile("index[.]json|manifest[.]json|oci-layout|blobs/.*");

  public static void fuzzerTestOneInput(byte[] input) throws IOException {
    byte[] bytes = signed(input);
    Files.write(Place.ARCHIVE, bytes);
    TarMembers members;
    try {
      members = TarMembers.read("archive", Place.ARCHIVE);
      ArchiveKind kind = new Archive("archive", Place.ARCHIVE).requireKind(Optional.empty());
      assertThat(members.has(kind == ArchiveKind.OCI ? "index.json" : "manifest.json")).isTrue();
    } catch (ImageInputException refused) {
      assertThat(refused.getMessage()).startsWith("archive ").doesNotContainPattern("\\p{Cc}");
      return;
    }
    assertSameAsOthersRead(bytes, members);
  }

  private static void assertSameAsOthersRead(byte[] bytes, TarMembers members) throws IOException {
    TarReader others = new TarReader(new ByteArrayInputStream(bytes));
    try {
      for (Optional<TarEntry> next = others.next(); next.isPresent(); next = others.next()) {
        String name = normalized(next.get().name());
        if (next.get().type() == TarEntry.Type.FILE && OF_THE_IMAGE.matcher(name).matches()) {
          byte[] content = others.content().readNBytes(LARGEST);
          assertThat(members.content(name, LARGEST)).as(name).hasValue(content);
        }
      }
    } catch (MalformedArchiveException refusedByOthersToo) {
      // Then nothing comes of it.
    }
  }

  private static String normalized(String name) {
    return Stream.of(name.split("/", -1))
        .filter(part -> !part.isEmpty() && !part.equals("."))
        .collect(Collectors.joining("/"));
  }

  private static byte[] signed(byte[] input) {
    byte[] signed = input.clone();
    for (int start = 0; start + BLOCK <= input.length; start += BLOCK) {
      int magic = start + MAGIC_AT;
      if (Arrays.equals(signed, magic, magic + MAGIC.length, MAGIC, 0, MAGIC.length)) {
        Arrays.fill(signed, start + 148, start + 156, (byte) ' ');
        int sum = 0;
        for (int i = start; i < start + BLOCK; i++) {
          sum += signed[i] & 0xff;
        }
        byte[] digits =
            String.format(Locale.ROOT, "%06o\0", sum).getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(digits, 0, signed, start + 148, digits.length);
      }
    }
    return signed;
  }

  /** Where the archive lies, one for all inputs. */
  private static final class Place {
    private static final Path ARCHIVE = made();

    private static Path made() {
      try {
        return Files.createTempFile("archive", ".tar");
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  @TestFactory
  Stream<DynamicTest> every_kept_input_holds() {
    return DynamicTest.stream(
        Arrays.stream(Objects.requireNonNull(CORPUS.listFiles())).sorted(),
        File::getName,
        file -> fuzzerTestOneInput(Files.readAllBytes(file.toPath())));
  }
}
