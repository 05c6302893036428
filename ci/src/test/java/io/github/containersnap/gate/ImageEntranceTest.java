package io.github.containersnap.gate;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.adapter.RealMachineAccess;
import io.github.containersnap.adapter.RealPorts;
import io.github.containersnap.adapter.podman.Podman;
import io.github.containersnap.base.Sha256;
import io.github.containersnap.cli.ContainerSnap;
import io.github.containersnap.command.ExternalCommand;
import io.github.containersnap.command.PrintableText;
import io.github.containersnap.engine.model.DeploymentLayout;
import io.github.containersnap.engine.model.UnusableImageReferenceException;
import io.github.containersnap.gate.run.ExitStatus;
import io.github.containersnap.image.ImageSource;
import io.github.containersnap.image.RegistryAccess;
import io.github.containersnap.image.UnreadableImageException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * One table of images, hostile and legal, that goes in through the doors of the command line and of
 * the gate. All doors give the same answer: the same sentence and exit status 2, or the image.
 */
@Timeout(120)
class ImageEntranceTest {
  private static final String SECRET = "secret-of-this-machine";

  @TempDir Path directory;
  private ExampleImage image = ExampleImage.notMade();
  private Path secret = Path.of("/nowhere");

  @BeforeEach
  void make_an_image() throws IOException {
    image = ExampleImage.of(directory.resolve("image"), ExampleImage.bootable().bytes());
    secret = Files.writeString(directory.resolve("secret"), SECRET);
  }

  @AfterEach
  void nothing_is_left() throws IOException {
    Remains.assertNothingIsLeftOf(ProcessHandle.current().pid());
  }

  /**
   * One image.
   *
   * @param what it is
   * @param typed makes it; what a person types for it
   * @param why the answer: the end of the sentence without digests, or empty for a usable image
   * @param seen when an update finds it out
   */
  record Case(String what, Function<ImageEntranceTest, String> typed, String why, Seen seen) {
    @Override
    public String toString() {
      return what;
    }
  }

  enum Seen {
    BEFORE_A_PULL,
    IN_A_PULL
  }

  private static Case refused(String what, Function<ImageEntranceTest, String> typed, String why) {
    return new Case(what, typed, why, Seen.BEFORE_A_PULL);
  }

  private static Case inside(String what, Function<ImageEntranceTest, String> typed, String why) {
    return new Case(what, typed, why, Seen.IN_A_PULL);
  }

  private static Case legal(String what, Function<ImageEntranceTest, String> typed) {
    return new Case(what, typed, "", Seen.BEFORE_A_PULL);
  }

  static Stream<Case> hostile() {
    return Stream.of(files(), members(), contents(), layouts(), elsewhere()).flatMap(it -> it);
  }

  private static Stream<Case> files() {
    return Stream.of(
        refused("nothing", it -> it.path("none"), "no such file or directory"),
        refused("no archive", it -> "oci-archive:" + it.path("none"), "no such file or directory"),
        refused("no layout", it -> "oci:" + it.path("none") + ":1", "it is not a directory"),
        refused("an empty file", it -> it.written("empty.tar", new byte[0]), "it is empty"),
        refused("a text", it -> it.text("Dear machine, ".repeat(500)), "it is not a tar archive"),
        refused("a short text", it -> it.text("short"), "it is not a tar archive"),
        refused("a pipe", it -> "oci-archive:" + it.pipe("pipe"), "it is not a file"),
        refused("a device", it -> "docker-archive:/dev/zero", "it is not a file"),
        refused("a directory", it -> it.emptyDirectory(), "it has no file oci-layout"),
        refused(
            "an archive of something else",
            it -> it.archive(new ImageArchive().file("etc/hostname", "x")),
            "it is a tar archive without an image: it has neither oci-layout and index.json nor"
                + " manifest.json"),
        refused(
            "an archive of the other format",
            it -> "docker-archive:" + it.archive(ImageArchive.of(it.image)),
            "it is an oci-archive, not a docker-archive"),
        refused("a truncated archive", it -> it.half(it.image.ociArchive()), "TRUNCATED"),
        refused("a truncated Docker archive", it -> it.half(it.image.dockerArchive()), "TRUNCATED"),
        refused(
            "a truncated compressed archive",
            it -> "oci-archive:" + it.half(Path.of(it.packed("gzip"))),
            "it is truncated or damaged, and cannot be unpacked: Unexpected end of ZLIB input"
                + " stream"));
  }

  private static Stream<Case> members() {
    String neither = "its member blobs/sha256/H is neither a file nor a directory";
    String index = "its member index.json is neither a file nor a directory";
    return Stream.of(
        refused("a manifest that is a pipe", it -> it.special(it.manifest(), 6), neither),
        refused("a layer that is a pipe", it -> it.special(it.layer(), 6), neither),
        refused("a configuration that is a pipe", it -> it.special(it.config(), 6), neither),
        refused("an index that is a pipe", it -> it.special("index.json", 6), index),
        refused("a layer that is a character device", it -> it.special(it.layer(), 3), neither),
        refused("a layer that is a block device", it -> it.special(it.layer(), 4), neither),
        refused("a layer that is a link", it -> it.special(it.layer(), 2), neither),
        refused("a layer that is a hard link", it -> it.special(it.layer(), 1), neither),
        refused("a manifest that is a link", it -> it.special(it.manifest(), 2), neither),
        refused("an index that is a link", it -> it.special("index.json", 2), index),
        refused(
            "a second index that is a pipe",
            it -> it.archive(it.parts().special("././index.json", TarConstants.LF_FIFO, "")),
            index),
        refused(
            "a second index",
            it -> it.archive(it.parts().file("./index.json", "{}")),
            "it has two members named index.json"),
        refused(
            "a second layer",
            it -> it.archive(it.parts().file(".//" + it.layer(), "x")),
            "it has two members named blobs/sha256/H"),
        refused(
            "a member outside",
            it -> it.archive(it.parts().file("blobs/../../escaped", "x")),
            "its member blobs/../../escaped leads out of it"),
        refused(
            "a link of a Docker archive in an OCI archive",
            it ->
                "oci-archive:"
                    + it.archive(
                        it.parts()
                            .file("manifest.json", "[]")
                            .special(
                                "b".repeat(64) + "/layer.tar", TarConstants.LF_SYMLINK, "../x")),
            "its member H/layer.tar is neither a file nor a directory"),
        refused(
            "a file of zeros that takes no room",
            ImageEntranceTest::sparse,
            "its members are larger than the archive: it has sparse files, which no image archive"
                + " needs"));
  }

  private static Stream<Case> contents() {
    return Stream.of(
        refused(
            "an archive without an image",
            it -> it.archive(it.withIndex("{\"manifests\":[]}")),
            "it has no image"),
        refused(
            "an archive without that image",
            it -> "oci-archive:" + it.archive(it.parts()) + ":other",
            "it has no image with the tag \"other\""),
        refused(
            "an index that is not JSON",
            it -> it.archive(it.withIndex("{]")),
            "its index.json cannot be read: it is not JSON from line 1, column 2 on"),
        refused(
            "a secret for an index",
            it -> it.archive(it.withIndex(SECRET)),
            "its index.json cannot be read: it is not JSON from line 1, column 1 on"),
        refused(
            "an index nested without end",
            it -> it.archive(it.withIndex("{\"manifests\":" + "[".repeat(100_000))),
            "its index.json cannot be read: it is not JSON that can be read: nested too deeply, or"
                + " with values that are too long"),
        refused(
            "an index of five megabytes",
            it -> it.archive(it.withIndex(" ".repeat(5_000_000))),
            "its index.json has 5,000,000 bytes, and more than 4,194,304 are absurd"),
        refused(
            "an index that names a file of this machine",
            it -> it.archive(it.withIndex("{\"manifests\":[{\"digest\":\"sha256:../../x\"}]}")),
            "its index.json is bad: the digest \"sha256:../../x\" is no SHA-256"),
        refused(
            "a manifest of other content",
            it ->
                it.changed(it.image.manifest(), "\"schemaVersion\":2", "\"schemaVersion\":3").oci(),
            "its blob sha256:H really has the digest sha256:H"),
        inside(
            "a layer that is not what the configuration says",
            it -> "oci:" + it.unpackingToSomethingElse().directory(),
            "its layer sha256:H unpacks to the digest sha256:H instead of the diff_id sha256:H"),
        inside(
            "the same in an archive",
            it -> "oci-archive:" + it.unpackingToSomethingElse().ociArchive(),
            "its layer sha256:H unpacks to the digest sha256:H instead of the diff_id sha256:H"),
        inside(
            "a layer that writes outside",
            it -> it.of(ExampleImage.bootable().file("../outside", "x")),
            "its layer sha256:H is refused: its entry \"../outside\" contains \"..\", which could"
                + " lead out of the root"),
        inside(
            "a layer that is malformed",
            it -> it.of(ExampleImage.bootable().claiming("absurd", 1L << 45)),
            "its layer sha256:H is a malformed tar archive at byte 11,776 (entry \"absurd\"): a"
                + " size of 35,184,372,088,832 bytes is absurd"));
  }

  private static Stream<Case> layouts() {
    return Stream.of(
        refused(
            "a layout without that image",
            it -> "oci:" + it.image.directory() + ":other",
            "it has no image with the tag \"other\""),
        refused(
            "a layout whose index is a link to a file of this machine",
            it -> it.replaced(it.image.index(), it.secret),
            "its index.json cannot be read: it is not a regular file"),
        refused(
            "a layout whose index is a pipe",
            it -> it.replacedByPipe(it.image.index()),
            "its index.json cannot be read: it is not a regular file"),
        refused(
            "a layout whose manifest is a link to a file of this machine",
            it -> it.replaced(it.image.manifest(), it.secret),
            "its blob sha256:H cannot be read: it is not a regular file"),
        refused(
            "a layout whose layer is a pipe",
            it -> it.replacedByPipe(it.image.layer()),
            "its blob sha256:H cannot be read: it is not a regular file"),
        refused(
            "a layout whose layer is a device",
            it -> it.replaced(it.image.layer(), Path.of("/dev/zero")),
            "its blob sha256:H cannot be read: it is not a regular file"),
        refused(
            "a layout without its layer",
            it -> it.without(it.image.layer()),
            "its blob sha256:H is missing"),
        refused(
            "a layout with a truncated layer",
            it -> it.layoutWithHalf(it.image.layer()),
            "its blob sha256:H has 6,144 bytes instead of 12,288"),
        refused(
            "a layout with a manifest of other content",
            it ->
                it.changed(it.image.manifest(), "\"schemaVersion\":2", "\"schemaVersion\":3")
                    .typed(),
            "its blob sha256:H really has the digest sha256:H"),
        inside(
            "a layout with a layer of other content",
            it -> it.changed(it.image.layer(), "a kernel", "a kernal").typed(),
            "its blob sha256:H really has the digest sha256:H"));
  }

  private static Stream<Case> elsewhere() {
    return Stream.of(
        refused(
            "a directory of skopeo's with a pipe",
            it -> "dir:" + it.pipe("plain/manifest.json").getParent(),
            "manifest.json in it is not a file, or it has more than 10,000"),
        refused(
            "an image that the storage does not have",
            it -> "containers-storage:no-such-image-anywhere",
            "it is not in this machine's container storage (`podman images` lists what is)"),
        refused("a transport that leads nowhere", it -> "docker-daemon:os:1", "NO REFERENCE"),
        refused("an empty text", it -> " ", "NO REFERENCE"));
  }

  static Stream<Case> legal() {
    return Stream.of(
        legal("a layout", it -> it.image.directory().toString()),
        legal("a layout by its transport", it -> "oci:" + it.image.directory()),
        legal("a layout behind an index", it -> it.nested()),
        legal("a layout in an odd path", ImageEntranceTest::oddlyNamed),
        legal("an archive", it -> it.archive(it.parts())),
        legal("an archive by its transport", it -> "oci-archive:" + it.archive(it.parts())),
        legal("an archive whose names begin with ./", it -> it.image.ociArchive().toString()),
        legal(
            "an archive with a long name", it -> it.archive(it.parts().file("x".repeat(200), ""))),
        legal("an archive of gzip", it -> it.packed("gzip")),
        legal("an archive of zstd", it -> it.packed("zstd")),
        legal("an archive of xz", it -> it.packed("xz")),
        legal("an archive of bzip2", it -> it.packed("bzip2")),
        legal("a Docker archive", it -> it.image.dockerArchive().toString()),
        legal(
            "a Docker archive by name",
            it -> "docker-archive:" + it.image.dockerArchive() + ":example:1"),
        legal("a compressed Docker archive", it -> it.packed("gzip", it.image.dockerArchive())),
        legal("a directory of skopeo's", ImageEntranceTest::plainDirectory));
  }

  @ParameterizedTest
  @MethodSource("hostile")
  void every_door_refuses_it_in_the_same_sentence(Case given) {
    String typed = given.typed().apply(this);
    Answer lint = lint(typed);

    assertThat(lint.status()).as(lint.sentence()).isEqualTo(2);
    assertThat(why(typed, lint.sentence())).isEqualTo(given.why());
    assertThat(lint.sentence()).doesNotContain(SECRET.substring(0, 3), "connection");
    assertThat(GateRun.of("check", typed, typed).refusal()).isEqualTo(lint.sentence());
    if (given.seen() == Seen.BEFORE_A_PULL) {
      assertThat(update(typed)).isEqualTo(lint.sentence());
    }
  }

  @ParameterizedTest
  @MethodSource("legal")
  void every_door_lets_it_in(Case given) {
    String typed = given.typed().apply(this);
    Answer lint = lint(typed);

    assertThat(lint.status()).as(lint.sentence()).isLessThan(2);
    assertThat(GateRun.of("check", typed, typed).sentence(ExitStatus.NOTHING_TO_CHECK))
        .as("it was read whole, twice")
        .startsWith("Nothing to check: ");
    assertThat(update(typed)).isEmpty();
  }

  /** What a door says. */
  private record Answer(int status, String sentence) {}

  private static Answer lint(String typed) {
    StringWriter out = new StringWriter();
    StringWriter error = new StringWriter();
    int status =
        ContainerSnap.commandLine(new RealMachineAccess())
            .setOut(PrintableText.writer(out))
            .setErr(PrintableText.writer(error))
            .execute("lint", typed);
    String first = error.toString().lines().findFirst().orElse("");
    return new Answer(status, first.replaceFirst("^container-snap: ", ""));
  }

  /** What load, pull, update and install say before they change anything; empty if nothing. */
  private String update(String typed) {
    try {
      Path work = Files.createTempDirectory(directory, "update");
      Podman podman = new Podman(work.resolve("run"), RegistryAccess.USUAL);
      var image =
          RealPorts.store(new DeploymentLayout(work.resolve("system")), podman)
              .resolve(ImageSource.parse(typed).reference());
      assertThat(image.layers()).isNotEmpty();
      return "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (UnreadableImageException | UnusableImageReferenceException e) {
      return PrintableText.of(String.valueOf(e.getMessage()));
    }
  }

  private String why(String typed, String sentence) {
    String before = " could not be read: ";
    if (!sentence.contains(before)) {
      assertThat(sentence).startsWith("'" + typed + "' is not an image reference: ");
      return "NO REFERENCE";
    }
    String why =
        sentence
            .substring(sentence.indexOf(before) + before.length())
            .replaceAll("sha256:[0-9a-f]{64}", "sha256:H")
            .replaceAll("sha256/[0-9a-f]{64}", "sha256/H")
            .replaceAll("\\b[0-9a-f]{64}/", "H/");
    return why.matches(
            "it is a malformed tar archive at byte .*: it ends with .* bytes of the content"
                + " missing")
        ? "TRUNCATED"
        : why;
  }

  private String path(String name) {
    return directory.resolve(name).toString();
  }

  private String written(String name, byte[] content) {
    try {
      return Files.write(directory.resolve(name), content).toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String text(String content) {
    return written("letter.txt", content.getBytes(StandardCharsets.UTF_8));
  }

  private Path pipe(String name) {
    try {
      Path pipe = directory.resolve(name);
      Files.createDirectories(pipe.getParent());
      ExternalCommand.of("mkfifo", pipe).run();
      return pipe;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String emptyDirectory() {
    try {
      return Files.createDirectory(directory.resolve("empty")).toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String half(Path file) {
    try (RandomAccessFile opened = new RandomAccessFile(file.toFile(), "rw")) {
      opened.setLength(opened.length() / 2);
      return file.toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String layoutWithHalf(Path file) {
    half(file);
    return typed();
  }

  private String typed() {
    return "oci:" + image.directory();
  }

  private String oci() {
    return "oci-archive:" + archive(parts());
  }

  private ImageEntranceTest changed(Path file, String from, String to) {
    try {
      String text = Files.readString(file, StandardCharsets.ISO_8859_1);
      Files.writeString(file, text.replace(from, to), StandardCharsets.ISO_8859_1);
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String without(Path file) {
    try {
      Files.delete(file);
      return typed();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String replaced(Path file, Path target) {
    try {
      Files.delete(file);
      Files.createSymbolicLink(file, target);
      return typed();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String replacedByPipe(Path file) {
    without(file);
    ExternalCommand.of("mkfifo", file).run();
    return typed();
  }

  private ImageArchive parts() {
    return ImageArchive.of(image);
  }

  private String archive(ImageArchive members) {
    return members.in(directory.resolve("image.tar")).toString();
  }

  private ImageArchive withIndex(String index) {
    written("image/index.json", index.getBytes(StandardCharsets.UTF_8));
    return parts();
  }

  private String special(String name, int type) {
    return archive(parts().instead(name, (byte) ('0' + type), secret.toString()));
  }

  private String name(Path blob) {
    return image.directory().relativize(blob).toString();
  }

  private String manifest() {
    return name(image.manifest());
  }

  private String config() {
    return name(image.config());
  }

  private String layer() {
    return name(image.layer());
  }

  private String sparse() {
    try (RandomAccessFile holes =
        new RandomAccessFile(image.directory().resolve("blobs/holes").toFile(), "rw")) {
      holes.setLength(1L << 30);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Path archive = directory.resolve("sparse.tar");
    ExternalCommand.of("tar", "-C", image.directory(), "--sparse", "--format=pax")
        .with("-cf", archive, ".")
        .run();
    return archive.toString();
  }

  private String of(TarFile layer) {
    return "oci:" + ExampleImage.of(directory.resolve("other"), layer.bytes()).directory();
  }

  private ExampleImage unpackingToSomethingElse() {
    return ExampleImage.ofPacked(
        directory.resolve("other"),
        ExampleImage.bootable(ExampleImage.INIT).bytes(),
        ExampleImage.bootable().bytes());
  }

  private String packed(String program) {
    return packed(program, image.ociArchive());
  }

  private String packed(String program, Path archive) {
    byte[] packed = ExternalCommand.of(program, "-c", archive).run().standardOutput();
    return written("packed.tar." + program, packed);
  }

  private String nested() {
    try {
      byte[] index = Files.readAllBytes(image.index());
      String digest = Sha256.hex(index);
      written("image/blobs/sha256/" + digest, index);
      written(
          "image/index.json",
          "{\"schemaVersion\":2,\"manifests\":[{\"mediaType\":\"application/vnd.oci.image.index.v1+json\",\"digest\":\"sha256:%s\",\"size\":%d}]}"
              .formatted(digest, index.length)
              .getBytes(StandardCharsets.UTF_8));
      return typed();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String oddlyNamed() {
    try {
      return Files.move(image.directory(), directory.resolve("my: image, 1")).toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String plainDirectory() {
    Path plain = directory.resolve("plain");
    ExternalCommand.of("skopeo", "--insecure-policy", "copy", "--quiet", typed(), "dir:" + plain)
        .run();
    return "dir:" + plain;
  }
}
