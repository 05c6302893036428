package io.github.containersnap.engine.deployment;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.core.JsonProcessingException;
import io.github.containersnap.base.JsonFault;
import io.github.containersnap.engine.model.DamagedStateException;
import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.engine.model.DeploymentLayout;
import io.github.containersnap.engine.port.SystemFiles;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The journal: the one transaction in flight, durable before the transaction's first write and gone
 * after its last.
 *
 * <p>A crash before {@link #open} has returned leaves no record or a whole one (the file is
 * replaced by rename); a record without anything behind it is harmless. A crash after {@link
 * #clear} leaves a finished transaction.
 */
public final class Journal {
  private static final int LARGEST = 64 * 1024;

  private final SystemFiles files;
  private final Path file;

  /** The journal of the machine whose layout is {@code layout}. */
  public Journal(SystemFiles files, DeploymentLayout layout) {
    this.files = files;
    this.file = layout.journal().resolve("transaction.json");
  }

  /** Records what is about to be done; returns when that is durable. */
  public void open(Intent intent) {
    files.replaceDurably(file, RecordJson.write(intent));
  }

  /** Records what is about to be done; returns when that is durable. */
  public void open(SnapshotIntent intent) {
    files.replaceDurably(file, RecordJson.write(intent));
  }

  /** Records what is about to be done; returns when that is durable. */
  public void open(FinalizeIntent intent) {
    files.replaceDurably(file, RecordJson.write(intent));
  }

  /** Records what is about to be done; returns when that is durable. */
  public void open(RestoreIntent intent) {
    files.replaceDurably(file, RecordJson.write(intent));
  }

  /** What was interrupted. */
  public Optional<Found> interrupted() {
    try {
      return files.read(file, LARGEST).map(Journal::read);
    } catch (DamagedStateException e) {
      return Optional.of(new Found.Unreadable(e.getMessage()));
    }
  }

  private static Found read(String text) {
    try {
      return new Found.Snapshot(RecordJson.read(text, SnapshotIntent.class));
    } catch (JsonProcessingException notOfASnapshot) {
      return readFinalization(text);
    }
  }

  private static Found readFinalization(String text) {
    try {
      return new Found.Finalization(RecordJson.read(text, FinalizeIntent.class));
    } catch (JsonProcessingException notOfAFinalization) {
      return readRestoration(text);
    }
  }

  private static Found readRestoration(String text) {
    try {
      return new Found.Restoration(RecordJson.read(text, RestoreIntent.class));
    } catch (JsonProcessingException notOfARestoration) {
      return readUpdate(text);
    }
  }

  private static Found readUpdate(String text) {
    try {
      Intent intent = RecordJson.read(text, Intent.class);
      return DeploymentId.read(intent.deployment()).isPresent()
          ? new Found.Recorded(intent)
          : new Found.Unreadable("it names no deployment");
    } catch (JsonProcessingException e) {
      return new Found.Unreadable(JsonFault.inWords(e));
    }
  }

  /** Removes what a crash within {@link #open} left beside the journal. */
  public void removeUnfinished() {
    SystemFiles.removeUnfinished(files, file);
  }

  /** Forgets the transaction; returns when that is durable. */
  public void clear() {
    files.deleteDurably(file);
  }

  /** What the journal held. */
  public sealed interface Found {
    /** A record of an update. */
    record Recorded(Intent intent) implements Found {}

    /** A record of a snapshot of a deployment. */
    record Snapshot(SnapshotIntent intent) implements Found {}

    /** A record of changes in /etc being carried into a deployment. */
    record Finalization(FinalizeIntent intent) implements Found {}

    /** A record of a file of /etc being restored. */
    record Restoration(RestoreIntent intent) implements Found {}

    /** Something that is no record. */
    record Unreadable(String why) implements Found {}
  }

  /**
   * What an update is going to do.
   *
   * @param schema the version of this record's form, 1
   * @param deployment the id of the deployment it makes
   * @param imageId the image it makes it from
   * @param reference where the image comes from
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Intent(int schema, String deployment, String imageId, String reference) {}

  /**
   * What the making of a snapshot is going to do.
   *
   * @param schema the version of this record's form, 1
   * @param deployment the id of the deployment it makes
   * @param base the id of the deployment that is a snapshot of
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record SnapshotIntent(int schema, String deployment, String base) {
    public SnapshotIntent {
      if (DeploymentId.read(deployment).isEmpty()) {
        throw new IllegalArgumentException("it names no deployment");
      }
    }
  }

  /**
   * What the carrying of changes in /etc is going to do. Meanwhile the root of the deployment may
   * be writable.
   *
   * @param schema the version of this record's form, 1
   * @param finalizes the id of the deployment whose /etc is replaced
   * @param source the id of the deployment whose /etc was changed
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record FinalizeIntent(int schema, String finalizes, String source) {
    public FinalizeIntent {
      if (DeploymentId.read(finalizes).isEmpty()) {
        throw new IllegalArgumentException("it names no deployment");
      }
    }
  }

  /**
   * What the restoring of a file of /etc is going to do.
   *
   * @param schema the version of this record's form, 1
   * @param restoresIn the id of the deployment whose /etc that is
   * @param path the file or directory, such as {@code /etc/hosts}
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record RestoreIntent(int schema, String restoresIn, String path) {
    public RestoreIntent {
      if (DeploymentId.read(restoresIn).isEmpty()) {
        throw new IllegalArgumentException("it names no deployment");
      }
    }
  }
}
