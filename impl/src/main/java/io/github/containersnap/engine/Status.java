package io.github.containersnap.engine;

import io.github.containersnap.engine.deployment.DeploymentRecord;
import io.github.containersnap.engine.deployment.Deployments;
import io.github.containersnap.engine.deployment.Journal;
import io.github.containersnap.engine.deployment.Machine;
import io.github.containersnap.engine.deployment.Pins;
import io.github.containersnap.engine.deployment.RefusedException;
import io.github.containersnap.engine.deployment.SourceSetting;
import io.github.containersnap.engine.etc.PendingEtc;
import io.github.containersnap.engine.etc.StandingConflict;
import io.github.containersnap.engine.health.FailedCheck;
import io.github.containersnap.engine.health.HealthRecord;
import io.github.containersnap.engine.model.BootEntry;
import io.github.containersnap.engine.model.BootMenu;
import io.github.containersnap.engine.model.BootedDeployment;
import io.github.containersnap.engine.model.DamagedStateException;
import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.engine.model.ImageId;
import io.github.containersnap.engine.model.ImageReference;
import io.github.containersnap.engine.model.UpdateStep;
import io.github.containersnap.engine.port.ImageStore;
import io.github.containersnap.engine.port.ImageStore.ImageFacts;
import io.github.containersnap.engine.port.SystemLock;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * What an administrator wants to know at a glance. Made by reading alone.
 *
 * @param current the deployment that is running
 * @param menu what boots next, and what boots if that does not come up
 * @param source where an update without a reference would look; empty if it would find nothing
 * @param deployments all that are on disk
 * @param downloaded the images in the store that no deployment is made of
 * @param running the transaction that another process is at work on
 * @param interrupted what an interrupted transaction was about, in words; empty while another
 *     process is at work
 * @param lastUpdate how the last update ended
 * @param waiting what has changed in the running /etc and waits for the restart
 * @param conflicts where the /etc of what runs, or boots next, differs from its image's on purpose
 *     or by neglect: an update kept the machine's
 * @param health the health checks that failed when deployments were booted last
 * @param next what to do now, in sentences; empty if there is nothing to do
 * @param warnings what on disk could not be read, or is left from something that was cut off
 */
public record Status(
    Optional<DeploymentId> current,
    Optional<BootMenu> menu,
    Optional<Source> source,
    List<Line> deployments,
    List<Downloaded> downloaded,
    Optional<Running> running,
    Optional<String> interrupted,
    Optional<LastUpdate.Ended> lastUpdate,
    Optional<PendingEtc> waiting,
    List<StandingConflict> conflicts,
    List<Unhealthy> health,
    List<String> next,
    List<String> warnings) {

  private static final String CHANGED = "what has changed in /etc";

  /** What boots next. */
  public Optional<BootEntry> byDefault() {
    return menu.map(BootMenu::byDefault);
  }

  /** What boots if the default does not come up. */
  public Optional<BootEntry> fallback() {
    return menu.flatMap(BootMenu::fallback);
  }

  /**
   * Where updates come from.
   *
   * @param reference the image
   * @param set whether an administrator has set it; otherwise it is where the default came from
   */
  public record Source(ImageReference reference, boolean set) {
    private static Optional<Source> of(Machine machine, List<String> warnings) {
      try {
        Optional<ImageReference> set =
            new SourceSetting(machine.ports().files(), machine.layout()).read();
        return Optional.of(new Source(set.orElseGet(machine::origin), set.isPresent()));
      } catch (RefusedException nothingBehind) {
        return Optional.empty();
      } catch (RuntimeException failure) {
        warnings.add("where updates come from cannot be read: " + failure.getMessage());
        return Optional.empty();
      }
    }
  }

  /**
   * The health checks that failed in the last boot of a deployment whose checks were run.
   *
   * @param deployment the deployment, which is on disk
   * @param inThisBoot whether that is the boot that the machine is in now
   * @param checked when the checks had ended, in ISO 8601
   * @param failed what failed; never empty
   */
  public record Unhealthy(
      DeploymentId deployment, boolean inThisBoot, String checked, List<FailedCheck> failed) {
    public Unhealthy {
      failed = List.copyOf(failed);
    }

    private static List<Unhealthy> of(Machine machine) {
      return new HealthRecord(machine.ports().files(), machine.layout())
          .read().stream().flatMap(boot -> of(machine, boot).stream()).toList();
    }

    private static Optional<Unhealthy> of(Machine machine, HealthRecord.UnhealthyBoot boot) {
      return DeploymentId.read(boot.deployment())
          .filter(id -> machine.ports().files().exists(machine.layout().deployment(id)))
          .map(
              id ->
                  new Unhealthy(
                      id,
                      machine.boot().filter(now -> isOf(boot, now)).isPresent(),
                      boot.checked(),
                      boot.failed()));
    }

    private static boolean isOf(HealthRecord.UnhealthyBoot boot, BootedDeployment now) {
      return boot.deployment().equals(now.deployment().toString())
          && now.bootId().filter(boot.bootId()::equals).isPresent();
    }
  }

  /**
   * One deployment.
   *
   * @param id its id
   * @param readOnly whether its root is read-only
   * @param osName the system's name, or why it cannot be told
   * @param reference where its image came from
   * @param pinned whether it is kept until it is unpinned
   * @param snapshotOf the deployment that it was made as a snapshot of, if it was
   * @param version the version in its os-release, if there is one
   * @param kernel the version of the kernel that it was deployed with; empty if its record cannot
   *     be read
   * @param deployed when it was made, to the second; empty if that cannot be told
   * @param image what is known of its image
   */
  public record Line(
      DeploymentId id,
      boolean readOnly,
      String osName,
      String reference,
      boolean pinned,
      Optional<DeploymentId> snapshotOf,
      Optional<String> version,
      Optional<String> kernel,
      Optional<Instant> deployed,
      ImageFacts image) {}

  /**
   * An image that is in the store and deployed nowhere.
   *
   * @param image its id
   * @param names its names in the store, possibly none
   * @param facts what is known of it
   */
  public record Downloaded(ImageId image, List<String> names, ImageFacts facts) {
    public Downloaded {
      names = List.copyOf(names);
    }

    private static List<Downloaded> of(Machine machine, List<DeploymentId> deployed) {
      ImageStore store = machine.ports().store();
      return store.list().stream()
          .filter(it -> deployed.stream().noneMatch(id -> id.image().equals(it.id())))
          .map(it -> new Downloaded(it.id(), it.names(), store.facts(it.id())))
          .toList();
    }
  }

  /**
   * A transaction that another process is at work on.
   *
   * @param process which process
   * @param step the step that it has entered last, if it has such
   * @param what what it is about, in words, if it has told the journal
   */
  public record Running(String process, Optional<UpdateStep> step, Optional<String> what) {}

  /** Looks at {@code machine}. */
  public static Status of(Machine machine) {
    machine.requireInitialized();
    // Looked at first: a transaction that ends meanwhile must not look like one that was cut off.
    Optional<SystemLock.Holder> holder = machine.ports().lock().holder();
    List<Deployments.Listed> listed = machine.deployments().listed();
    Set<DeploymentId> pins = new Pins(machine).all();
    Optional<BootMenu> menu = machine.ports().bootloader().menu();
    List<String> warnings = new ArrayList<>(warnings(machine, listed, holder.isPresent()));
    List<Unhealthy> health =
        readable("which health checks failed", () -> Unhealthy.of(machine), List.of(), warnings);
    Optional<String> unfinished =
        new Journal(machine.ports().files(), machine.layout()).interrupted().map(Status::inWords);
    return new Status(
        machine.current(),
        menu,
        Source.of(machine, warnings),
        listed.stream()
            .filter(it -> it.problem().isEmpty())
            .map(it -> line(machine, it, pins.contains(it.id()), warnings))
            .toList(),
        readable(
            "which images are in the store",
            () -> Downloaded.of(machine, machine.deployments().all()),
            List.of(),
            warnings),
        holder.map(it -> new Running(it.process(), it.step(), unfinished)),
        holder.isPresent() ? Optional.empty() : unfinished,
        readable(
            "how the last update ended",
            () -> new LastUpdate(machine).read(),
            Optional.empty(),
            warnings),
        readable(CHANGED, () -> PendingEtc.of(machine), Optional.empty(), warnings),
        readable(CHANGED, () -> StandingConflict.of(machine), List.of(), warnings),
        health,
        NextSteps.of(machine, menu, health),
        List.copyOf(warnings));
  }

  /** What cannot be read is a warning: a status is asked for most when something is wrong. */
  private static <T> T readable(String what, Supplier<T> look, T otherwise, List<String> warnings) {
    try {
      return look.get();
    } catch (RuntimeException failure) {
      warnings.add("%s cannot be read: %s".formatted(what, failure.getMessage()));
      return otherwise;
    }
  }

  private static Line line(
      Machine machine, Deployments.Listed it, boolean pinned, List<String> warnings) {
    Deployments deployments = machine.deployments();
    Optional<DeploymentId> base = deployments.baseOf(it.id());
    Optional<String> version =
        readable(
            "the version of " + it.id().shortForm(),
            () -> deployments.osVersion(it.id()),
            Optional.empty(),
            warnings);
    Optional<Instant> deployed =
        readable(
            "the age of " + it.id().shortForm(),
            () -> Optional.of(deployments.created(it.id())),
            Optional.empty(),
            warnings);
    ImageFacts image =
        readable(
            "the image of " + it.id().shortForm(),
            () -> machine.ports().store().facts(it.id().image()),
            ImageFacts.UNKNOWN,
            warnings);
    String osName;
    String reference = "";
    Optional<String> kernel = Optional.empty();
    try {
      DeploymentRecord record = deployments.record(it.id());
      osName = record.osName();
      reference = record.reference();
      kernel = Optional.of(record.bootFiles().version());
    } catch (DamagedStateException e) {
      osName = String.valueOf(e.getMessage());
    }
    return new Line(
        it.id(), it.readOnly(), osName, reference, pinned, base, version, kernel, deployed, image);
  }

  private static List<String> warnings(
      Machine machine, List<Deployments.Listed> listed, boolean atWork) {
    Stream<String> unreadable =
        listed.stream()
            .flatMap(
                it ->
                    it.problem().stream()
                        .map(why -> "%s cannot be read: %s".formatted(it.id(), why)));
    Stream<String> leftovers =
        (atWork ? List.<Path>of() : machine.removal().leftovers())
            .stream()
                .map(
                    path ->
                        "%s is left from something that was cut off; `container-snap recover` removes it"
                            .formatted(path.getFileName()));
    return Stream.concat(unreadable, leftovers).toList();
  }

  private static String inWords(Journal.Found found) {
    return switch (found) {
      case Journal.Found.Recorded recorded ->
          "an update to %s from %s"
              .formatted(recorded.intent().deployment(), recorded.intent().reference());
      case Journal.Found.Snapshot snapshot ->
          "a snapshot %s of %s".formatted(snapshot.intent().deployment(), snapshot.intent().base());
      case Journal.Found.Finalization finalization ->
          "the carrying of what changed in /etc into %s"
              .formatted(finalization.intent().finalizes());
      case Journal.Found.Restoration restoration ->
          "the restoring of %s".formatted(restoration.intent().path());
      case Journal.Found.Unreadable unreadable ->
          "something the journal does not tell readably (%s)".formatted(unreadable.why());
    };
  }
}
