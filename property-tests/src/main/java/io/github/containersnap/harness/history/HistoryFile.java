package io.github.containersnap.harness.history;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.containersnap.base.JsonFault;
import io.github.containersnap.harness.world.WorldFault;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * A history as a file of JSON: the only form in which a history that was made shorter can be played
 * again. It may come from anybody.
 */
public final class HistoryFile {
  private static final int LARGEST = 1 << 20;
  private static final Pattern NAME =
      Pattern.compile("[a-z0-9][a-z0-9.-]*(/[a-z0-9][a-z0-9.-]*){0,3}");
  private static final Pattern REFERENCE =
      Pattern.compile("docker://[a-z0-9]{1,30}\\.example/[a-z0-9]{1,30}:[a-z0-9]{1,30}");
  private static final Pattern ARGUMENT = Pattern.compile("[A-Za-z0-9][A-Za-z0-9.=/-]{0,99}");
  private static final int LONGEST_TEXT = 1000;
  private static final int HIGHEST_MODE = 0777;
  private static final int MOST_DAYS = 36_500;
  private static final int MOST_STRIKES = 100;

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .addMixIn(HistoryStep.class, Steps.class)
          .addMixIn(WorldFault.class, Faults.class)
          .build();

  private HistoryFile() {}

  /** How steps are named. */
  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "do")
  @JsonSubTypes({
    @JsonSubTypes.Type(name = "update", value = HistoryStep.Update.class),
    @JsonSubTypes.Type(name = "download", value = HistoryStep.Download.class),
    @JsonSubTypes.Type(name = "switch", value = HistoryStep.Switch.class),
    @JsonSubTypes.Type(name = "rollback", value = HistoryStep.Rollback.class),
    @JsonSubTypes.Type(name = "discard", value = HistoryStep.Discard.class),
    @JsonSubTypes.Type(name = "kernel-arguments", value = HistoryStep.KernelArguments.class),
    @JsonSubTypes.Type(name = "reset", value = HistoryStep.Reset.class),
    @JsonSubTypes.Type(name = "restore", value = HistoryStep.Restore.class),
    @JsonSubTypes.Type(name = "source", value = HistoryStep.Source.class),
    @JsonSubTypes.Type(name = "create-snapshot", value = HistoryStep.CreateSnapshot.class),
    @JsonSubTypes.Type(name = "set-read-only", value = HistoryStep.SetReadOnly.class),
    @JsonSubTypes.Type(name = "delete", value = HistoryStep.Delete.class),
    @JsonSubTypes.Type(name = "pin", value = HistoryStep.Pin.class),
    @JsonSubTypes.Type(name = "unpin", value = HistoryStep.Unpin.class),
    @JsonSubTypes.Type(name = "prune", value = HistoryStep.Prune.class),
    @JsonSubTypes.Type(name = "bless", value = HistoryStep.Bless.class),
    @JsonSubTypes.Type(name = "verify", value = HistoryStep.Verify.class),
    @JsonSubTypes.Type(name = "recover", value = HistoryStep.Recover.class),
    @JsonSubTypes.Type(name = "finalize", value = HistoryStep.Finalize.class),
    @JsonSubTypes.Type(name = "edit-etc", value = HistoryStep.EditEtc.class),
    @JsonSubTypes.Type(name = "set-attributes", value = HistoryStep.SetAttributes.class),
    @JsonSubTypes.Type(name = "edit-var", value = HistoryStep.EditVar.class),
    @JsonSubTypes.Type(name = "reboot", value = HistoryStep.Reboot.class),
    @JsonSubTypes.Type(name = "free-the-disk", value = HistoryStep.FreeTheDisk.class),
    @JsonSubTypes.Type(name = "wait", value = HistoryStep.Wait.class)
  })
  private interface Steps {}

  /** How faults are named. */
  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "fault")
  @JsonSubTypes({
    @JsonSubTypes.Type(name = "power-cut", value = WorldFault.PowerCut.class),
    @JsonSubTypes.Type(name = "kill", value = WorldFault.Kill.class),
    @JsonSubTypes.Type(name = "input-output-error", value = WorldFault.InputOutputError.class),
    @JsonSubTypes.Type(name = "disk-fails", value = WorldFault.DiskFails.class),
    @JsonSubTypes.Type(name = "contents-lost", value = WorldFault.ContentsLost.class),
    @JsonSubTypes.Type(name = "disk-fills", value = WorldFault.DiskFills.class),
    @JsonSubTypes.Type(name = "kernel-commits", value = WorldFault.KernelCommits.class),
    @JsonSubTypes.Type(name = "line-breaks", value = WorldFault.LineBreaks.class),
    @JsonSubTypes.Type(name = "second-command", value = WorldFault.SecondCommand.class)
  })
  private interface Faults {}

  /** A file that holds no history. */
  public static final class UnusableHistoryException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnusableHistoryException(Path file, String why) {
      super("%s holds no history: %s.".formatted(file, why));
    }
  }

  /** The text of the file. */
  public static String text(History history) {
    try {
      return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(history) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a history is JSON", e);
    }
  }

  /**
   * Reads one.
   *
   * @throws UnusableHistoryException if it is none
   */
  public static History read(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new UnusableHistoryException(file, "it is not a file");
    }
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(LARGEST + 1);
      if (bytes.length > LARGEST) {
        throw new UnusableHistoryException(file, "it is larger than a mebibyte");
      }
      History history = JSON.readValue(new String(bytes, StandardCharsets.UTF_8), History.class);
      if (history == null) {
        throw new UnusableHistoryException(file, "it says null");
      }
      return checked(file, history);
    } catch (JsonProcessingException e) {
      throw new UnusableHistoryException(file, JsonFault.inWords(e));
    } catch (IOException e) {
      throw new UnusableHistoryException(file, "it cannot be read (%s)".formatted(e.getMessage()));
    }
  }

  private static History checked(Path file, History history) {
    for (ScheduledStep act : history.acts()) {
      if (act.strikes().size() > MOST_STRIKES || act.duringRecovery().size() > MOST_STRIKES) {
        throw new UnusableHistoryException(
            file, "a step is struck more than %d times".formatted(MOST_STRIKES));
      }
      switch (act.step()) {
        case HistoryStep.EditEtc edit -> requirePlain(file, edit.file(), edit.text());
        case HistoryStep.Source(String reference)
            when !reference.isEmpty() && !REFERENCE.matcher(reference).matches() ->
            throw new UnusableHistoryException(
                file, "updates come from a reference that no history can have");
        case HistoryStep.Restore restore -> requirePlain(file, restore.file(), "");
        case HistoryStep.Reset reset when !reset.kept().isEmpty() ->
            requirePlain(file, reset.kept(), "");
        case HistoryStep.KernelArguments(_, String word) when !ARGUMENT.matcher(word).matches() ->
            throw new UnusableHistoryException(
                file, "a kernel argument is changed that is none that a history can have");
        case HistoryStep.SetAttributes set -> requirePlain(file, set);
        case HistoryStep.EditVar edit -> requirePlain(file, edit.file(), edit.text());
        case HistoryStep.Wait wait when wait.days() < 0 || wait.days() > MOST_DAYS ->
            throw new UnusableHistoryException(file, "%d days go by".formatted(wait.days()));
        default -> {}
      }
    }
    return history;
  }

  private static void requirePlain(Path file, HistoryStep.SetAttributes set) {
    requirePlain(file, set.file(), "");
    if (set.mode() < 0 || set.mode() > HIGHEST_MODE || set.owner() < 0) {
      throw new UnusableHistoryException(
          file, "a file gets a mode or an owner that no file can have");
    }
  }

  private static void requirePlain(Path file, String name, String text) {
    if (!NAME.matcher(name).matches() || text.length() > LONGEST_TEXT) {
      throw new UnusableHistoryException(
          file, "a file is edited whose name or text is none that a history can have");
    }
  }
}
