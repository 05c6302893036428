package io.github.containersnap.cli.output;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.github.containersnap.base.Json;
import io.github.containersnap.engine.diff.DirectoryChanges;
import io.github.containersnap.engine.diff.EtcDifference;
import io.github.containersnap.engine.diff.FileChange;
import io.github.containersnap.engine.diff.PackageChange;
import io.github.containersnap.engine.diff.SystemDiff;
import io.github.containersnap.etc.EtcChange;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * {@code diff --json}, schema 1: what is not there is null, lists may be empty, and later schemas
 * only add fields. Sizes are in bytes. {@code packages} is null if the packages of one system are
 * not known, {@code files} unless every path was asked for. A change is {@code added}, {@code
 * modified}, {@code deleted}, {@code type} or {@code attributes}; of a package {@code upgraded},
 * {@code downgraded}, {@code added} or {@code removed}.
 */
@JsonInclude
public record DiffJson(
    int schema,
    Side from,
    Side to,
    @Nullable List<ChangedPackage> packages,
    List<Directory> directories,
    @Nullable List<File> files,
    List<Etc> etc,
    List<String> warnings) {

  record Side(
      String deployment,
      @Nullable String version,
      @Nullable String kernel,
      @Nullable Integer packages) {
    static Side of(SystemDiff.Side it) {
      return new Side(
          it.id().toString(),
          it.version().orElse(null),
          it.kernel().orElse(null),
          it.packageCount().orElse(null));
    }
  }

  record ChangedPackage(String change, String name, @Nullable String from, @Nullable String to) {
    static ChangedPackage of(PackageChange it) {
      return new ChangedPackage(
          word(it.kind()), it.name(), it.before().orElse(null), it.after().orElse(null));
    }
  }

  record Sum(long count, long bytes) {
    static Sum of(DirectoryChanges.Sum it) {
      return new Sum(it.count(), it.size().count());
    }
  }

  record Directory(String path, Sum added, Sum removed, Sum changed) {
    static Directory of(DirectoryChanges it) {
      return new Directory(
          it.directory(), Sum.of(it.added()), Sum.of(it.removed()), Sum.of(it.changed()));
    }
  }

  record File(String change, String path, String what, long from, long to) {
    static File of(FileChange it) {
      return new File(
          EtcDiffJson.word(it.kind()), "/" + it.path(), it.what(), it.before(), it.after());
    }
  }

  /**
   * One path of /etc.
   *
   * @param here what an update does on this machine: taken, kept or merged
   */
  record Etc(String change, String path, String what, String here) {
    static Etc of(EtcDifference it) {
      EtcChange change = it.change();
      return new Etc(
          EtcDiffJson.word(change.kind()),
          EtcDiffJson.path(change),
          change.what(),
          word(it.here()));
    }
  }

  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  /**
   * The differences as JSON text, without a newline at the end.
   *
   * @param withFiles whether every path is listed, not only the sums of directories
   */
  public static String of(SystemDiff found, boolean withFiles) {
    return Json.pretty(document(found, withFiles));
  }

  /** The same, as a part of another document. */
  static DiffJson document(SystemDiff found, boolean withFiles) {
    return new DiffJson(
        1,
        Side.of(found.from()),
        Side.of(found.to()),
        found.packages().map(it -> it.stream().map(ChangedPackage::of).toList()).orElse(null),
        DirectoryChanges.of(found.files()).stream().map(Directory::of).toList(),
        withFiles ? found.files().stream().map(File::of).toList() : null,
        found.etc().stream().map(Etc::of).toList(),
        found.warnings());
  }
}
