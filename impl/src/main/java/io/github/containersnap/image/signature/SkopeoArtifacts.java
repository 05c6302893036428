package io.github.containersnap.image.signature;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.containersnap.base.Digests;
import io.github.containersnap.base.Sha256;
import io.github.containersnap.command.CommandFailedException;
import io.github.containersnap.command.ExternalCommand;
import io.github.containersnap.engine.model.ImageReference;
import io.github.containersnap.image.RegistryAccess;
import io.github.containersnap.image.ToolMessage;
import io.github.containersnap.image.registry.ReferrersApi;
import io.github.containersnap.image.registry.ReferrersApi.Referrers;
import io.github.containersnap.image.registry.RepositoryName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * A repository as skopeo reads it, with the places, logins and certificates of its own files. No
 * version of skopeo is asked to verify anything: Debian 12's cannot.
 *
 * <p>It may take as long as {@link #LONGEST} in all, and write no more to the disk than what the
 * blobs may have.
 */
final class SkopeoArtifacts implements RegistryArtifacts {
  /** The longest that a search for signatures may take, whatever trickles in. */
  private static final Duration LONGEST = Duration.ofMinutes(5);

  private static final Duration LONGEST_REQUEST = Duration.ofSeconds(60);
  private static final Pattern MISSING =
      Pattern.compile("(?i)manifest unknown|name unknown|not found|StatusCode: 404");

  private final RepositoryName repository;
  private final RegistryAccess access;
  private final Path work;
  private final long end;
  private int copies;

  /**
   * The artifacts of {@code repository}.
   *
   * @param work a directory for what is fetched, which the caller removes
   */
  SkopeoArtifacts(RepositoryName repository, RegistryAccess access, Path work) {
    this.repository = repository;
    this.access = access;
    this.work = work;
    this.end = System.nanoTime() + LONGEST.toNanos();
  }

  /**
   * The manifest, or the index, that a reference leads to.
   *
   * @throws CommandFailedException if it leads nowhere
   */
  byte[] raw(ImageReference reference) {
    return skopeo("inspect", "--raw")
        .with(options("--"))
        .with(reference.text())
        .runUnlessStalled(access.patience())
        .standardOutput();
  }

  @Override
  public byte[] manifest(String tagOrDigest) throws UnfetchedArtifactException {
    ImageReference reference = repository.at(tagOrDigest);
    byte[] bytes;
    try {
      bytes = raw(reference);
    } catch (CommandFailedException e) {
      throw unfetched(e, reference);
    }
    if (bytes.length > LARGEST) {
      throw new UnfetchedArtifactException("it has more than %,d bytes".formatted(LARGEST));
    }
    if (Digests.isDigest(tagOrDigest) && !isOf(bytes, tagOrDigest)) {
      throw new UnfetchedArtifactException("what the registry sent has another digest");
    }
    return bytes;
  }

  private static boolean isOf(byte[] bytes, String digest) {
    return Digests.of(Sha256.hex(bytes)).equals(digest);
  }

  /** The registry's policy for images is not asked: nothing is believed of what is fetched here. */
  @Override
  public Map<String, byte[]> blobs(String digest, List<JsonNode> blobs)
      throws UnfetchedArtifactException {
    long total = 0;
    for (JsonNode blob : blobs) {
      long size = blob.path("size").asLong(-1);
      if (size < 0 || size > LARGEST || (total += size) > LARGEST) {
        throw new UnfetchedArtifactException(
            "its content has more than %,d bytes, which no signature has".formatted(LARGEST));
      }
    }
    ImageReference reference = repository.at(digest);
    Path copy = work.resolve("artifact-" + ++copies);
    try {
      var _ =
          skopeo("--insecure-policy", "copy", "--quiet")
              .with(options("--src-"))
              .with(reference.text(), "dir:" + copy)
              .runUnlessStalled(access.patience());
    } catch (CommandFailedException e) {
      throw unfetched(e, reference);
    }
    return read(copy, blobs);
  }

  private static Map<String, byte[]> read(Path copy, List<JsonNode> blobs)
      throws UnfetchedArtifactException {
    Map<String, byte[]> contents = new HashMap<>();
    for (JsonNode blob : blobs) {
      String digest = blob.path("digest").asText();
      if (!Digests.isDigest(digest)) {
        throw new UnfetchedArtifactException("it names a blob without a digest");
      }
      try {
        byte[] bytes = Files.readAllBytes(copy.resolve(Digests.hexadecimal(digest)));
        if (!isOf(bytes, digest)) {
          throw new UnfetchedArtifactException("its blob %s has another digest".formatted(digest));
        }
        contents.put(digest, bytes);
      } catch (IOException e) {
        throw new UncheckedIOException("cannot read " + copy, e);
      }
    }
    return contents;
  }

  @Override
  public Referrers referrers(String digest) {
    Duration left = left();
    return left.isPositive()
        ? new ReferrersApi(repository, access).of(digest, left)
        : new Referrers.Unavailable("no time is left");
  }

  private ExternalCommand skopeo(Object... arguments) {
    return ExternalCommand.of("timeout", "--signal=KILL", Math.max(1, left().toSeconds()))
        .endingWithThisProcess()
        .with("prlimit", "--fsize=" + LARGEST, "--", "skopeo", "--tmpdir", work)
        .with(arguments);
  }

  /** How long the next request may take. */
  private Duration left() {
    Duration left = Duration.ofNanos(end - System.nanoTime());
    return left.compareTo(LONGEST_REQUEST) < 0 ? left : LONGEST_REQUEST;
  }

  private Object[] options(String prefix) {
    List<String> options = new ArrayList<>();
    if (!access.verifyTls()) {
      options.add(prefix + "tls-verify=false");
    }
    access.authFile().ifPresent(file -> options.add(prefix + "authfile=" + file));
    return options.toArray();
  }

  private static UnfetchedArtifactException unfetched(
      CommandFailedException failure, ImageReference reference) {
    String why = ToolMessage.of(failure, reference).sentence();
    return MISSING.matcher(failure.standardError()).find()
        ? new UnfetchedArtifactException("there is none", failure)
        : new UnfetchedArtifactException("it cannot be fetched: " + why, failure);
  }
}
