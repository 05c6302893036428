package io.github.containersnap.harness.history;

import io.github.containersnap.engine.health.FailedCheck;
import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.engine.model.TrialState;
import io.github.containersnap.harness.world.EtcFile;
import io.github.containersnap.harness.world.HistoryImage;
import io.github.containersnap.harness.world.HistoryImage.Health;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * What must be so: pure functions from what is known of a machine to what must be known of it after
 * a step that nothing disturbed. Written from the design and the manual, not from the engine.
 */
public final class ReferenceModel {
  /** Says which further deployments a prune keeps. */
  static final String POLICY = "container-snap.toml";

  private static final int DAYS_OF_SNAPSHOTS = 7;

  /** Says what the kernel is told. */
  static final String KERNEL_ARGUMENTS = "kernel/cmdline";

  /** The file in which {@code kargs} keeps what it was told, whole. */
  static final String OWN_ARGUMENTS = "kernel/cmdline.d/50-container-snap.conf";

  private static final String OWN_ARGUMENTS_BEGIN =
      """
      # Written by `container-snap kargs`, which replaces this file whole. Arguments of your own
      # belong into another file of this directory.
      """;

  /** A health check that a boot must pass. */
  static final String REQUIRED_CHECK = "container-snap/health.d/required.d/check";

  private static final String WANTED_CHECK = "container-snap/health.d/wanted.d/check";

  /** The health checks of a machine. */
  static final List<String> HEALTH_CHECKS = List.of(REQUIRED_CHECK, WANTED_CHECK);

  /** The text of a health check that fails: the histories run no executables. */
  static final String FAILS = "fails\n";

  /** What a menu says by itself, so that nobody else may. */
  private static final Set<String> ARGUMENTS_OF_THE_MENU =
      Set.of("root", "rootfstype", "rootflags", "systemd.mount-extra");

  /** What makes a machine this one: no image's version of it is this machine's. */
  private static final Set<String> IDENTITY = Set.of("machine-id", "passwd", "shadow");

  /** What a reset keeps of a machine. */
  private static final Set<String> KEPT_BY_A_RESET =
      Set.of("machine-id", "hostname", "hosts", "fstab", "crypttab", "resolv.conf");

  private static final Set<String> USERS =
      Set.of("passwd", "shadow", "group", "gshadow", "subuid", "subgid");

  /** What a kernel is told where no file says anything. */
  public static final List<String> USUAL_ARGUMENTS = List.of("console=tty0", "console=ttyS0");

  private ReferenceModel() {}

  /** What the boot menu says of a deployment. */
  public enum Grade {
    BLESSED,
    UNTRIED,
    ON_TRIAL,
    FAILED;

    /** The grade of a trial state. */
    public static Grade of(TrialState standing) {
      return switch (standing) {
        case TrialState.Blessed _ -> BLESSED;
        case TrialState.Untried _ -> UNTRIED;
        case TrialState.OnTrial _ -> ON_TRIAL;
        case TrialState.Failed _ -> FAILED;
      };
    }
  }

  /**
   * What a boot menu says.
   *
   * @param arguments what the kernel of each of its two deployments is told by the machine's /etc
   */
  public record Menu(
      DeploymentId byDefault,
      Grade grade,
      Optional<DeploymentId> fallback,
      Optional<Grade> fallbackGrade,
      Map<DeploymentId, List<String>> arguments) {
    public Menu {
      arguments = Map.copyOf(arguments);
    }

    /** The kernel arguments of a deployment's entry; none if it has no entry. */
    public List<String> argumentsOf(DeploymentId id) {
      return arguments.getOrDefault(id, List.of());
    }

    Optional<Grade> gradeOf(DeploymentId id) {
      return byDefault.equals(id)
          ? Optional.of(grade)
          : fallback.filter(id::equals).flatMap(_ -> fallbackGrade);
    }
  }

  /**
   * A deployment.
   *
   * @param snapshot whether create-snapshot made it
   * @param etc the files of its /etc, by path
   * @param origin what its /etc was made from; nothing once it is blessed
   */
  public record Deployed(
      boolean readOnly,
      boolean snapshot,
      Instant created,
      Map<String, EtcFile> etc,
      Optional<Origin> origin) {
    /** The same, but read-only or not. */
    public Deployed readOnly(boolean other) {
      return new Deployed(other, snapshot, created, etc, origin);
    }

    /** The same with another /etc. */
    public Deployed withEtc(Map<String, EtcFile> other) {
      return new Deployed(readOnly, snapshot, created, other, origin);
    }

    Deployed from(Optional<Origin> other) {
      return new Deployed(readOnly, snapshot, created, etc, other);
    }
  }

  /**
   * The /etc that another was made from.
   *
   * @param source whose it is
   * @param etc what was in it
   */
  public record Origin(DeploymentId source, Map<String, EtcFile> etc) {}

  /** All that is known of a machine. */
  public record Known(
      Optional<Menu> menu,
      Optional<DeploymentId> running,
      Map<DeploymentId, Deployed> deployments,
      Set<DeploymentId> pins,
      Map<String, String> data) {

    /** What is known of an empty machine. */
    public static Known ofNothing() {
      return new Known(Optional.empty(), Optional.empty(), Map.of(), Set.of(), Map.of());
    }

    /** The deployment that boots next. */
    public Optional<DeploymentId> byDefault() {
      return menu.map(Menu::byDefault);
    }

    /** One of its deployments. */
    public Deployed deployed(DeploymentId id) {
      return Objects.requireNonNull(deployments.get(id), () -> "no deployment " + id);
    }

    /** Of a machine that does not run, what would. */
    public Optional<DeploymentId> current() {
      return running.or(this::byDefault);
    }

    /** The same with another boot menu. */
    public Known with(Menu other) {
      return new Known(Optional.of(other), running, deployments, pins, data);
    }

    /** The same, but with a deployment running. */
    public Known running(DeploymentId id) {
      return new Known(menu, Optional.of(id), deployments, pins, data);
    }

    /** The same with a deployment more, or changed. */
    public Known with(DeploymentId id, Deployed deployed) {
      Map<DeploymentId, Deployed> changed = ordered(deployments);
      changed.put(id, deployed);
      return new Known(menu, running, changed, pins, data);
    }

    /** The same without the deployments that are not in {@code kept}. */
    public Known only(Set<DeploymentId> kept) {
      Map<DeploymentId, Deployed> changed = ordered(deployments);
      changed.keySet().retainAll(kept);
      return new Known(menu, running, changed, pins, data);
    }

    /** The same with other pins. */
    public Known withPins(Set<DeploymentId> other) {
      return new Known(menu, running, deployments, other, data);
    }

    /** The same with other data of the machine's owner. */
    public Known withData(Map<String, String> other) {
      return new Known(menu, running, deployments, pins, other);
    }

    private static Map<DeploymentId, Deployed> ordered(Map<DeploymentId, Deployed> deployments) {
      Map<DeploymentId, Deployed> copy = new TreeMap<>();
      copy.putAll(deployments);
      return copy;
    }
  }

  /** What must not be removed, whatever is pruned or deleted. */
  public static Set<DeploymentId> safe(Known known) {
    Set<DeploymentId> ids = new HashSet<>(known.pins());
    known.running().ifPresent(ids::add);
    known.menu().ifPresent(menu -> ids.add(menu.byDefault()));
    known.menu().flatMap(Menu::fallback).ifPresent(ids::add);
    return ids;
  }

  /**
   * What a prune leaves: what is safe; of the others the newest, as many as {@code keep} of the
   * running /etc/container-snap.toml says; and what is younger than its {@code keep-days}, without
   * which snapshots stay for a week.
   */
  public static Set<DeploymentId> retained(Known known, Instant now) {
    Set<DeploymentId> ids = safe(known);
    List<DeploymentId> others =
        known.deployments().keySet().stream()
            .filter(id -> !ids.contains(id))
            .sorted(
                Comparator.comparing((DeploymentId id) -> known.deployed(id).created()).reversed())
            .toList();
    String policy =
        known
            .current()
            .flatMap(id -> Optional.ofNullable(known.deployed(id).etc().get(POLICY)))
            .map(EtcFile::text)
            .orElse("");
    int kept = number(policy, "keep").orElse(0);
    ids.addAll(others.subList(0, Math.min(kept, others.size())));
    for (DeploymentId id : others) {
      Deployed it = known.deployed(id);
      int days = number(policy, "keep-days").orElse(it.snapshot() ? DAYS_OF_SNAPSHOTS : 0);
      if (it.created().plus(Duration.ofDays(days)).isAfter(now)) {
        ids.add(id);
      }
    }
    ids.retainAll(known.deployments().keySet());
    return ids;
  }

  /** Of a policy that says at most one thing, as those of the histories do. */
  private static OptionalInt number(String policy, String key) {
    String begin = key + " = ";
    return policy.startsWith(begin)
        ? OptionalInt.of(Integer.parseInt(policy.substring(begin.length()).strip()))
        : OptionalInt.empty();
  }

  /** The menu with which a deployment becomes the default. */
  public static Menu menuFor(Known known, DeploymentId wanted) {
    return menuFor(known, wanted, Optional.empty());
  }

  /**
   * The same, where the machine must not fall back to a deployment.
   *
   * @param unwanted that deployment, if there is one
   */
  public static Menu menuFor(Known known, DeploymentId wanted, Optional<DeploymentId> unwanted) {
    List<DeploymentId> candidates = new ArrayList<>();
    known.menu().ifPresent(menu -> candidates.add(menu.byDefault()));
    known.running().ifPresent(candidates::add);
    known.menu().flatMap(Menu::fallback).ifPresent(candidates::add);
    Optional<DeploymentId> fallback =
        candidates.stream()
            .filter(id -> !id.equals(wanted) && !unwanted.equals(Optional.of(id)))
            .min(
                Comparator.comparing((DeploymentId id) -> grade(known, id))
                    .thenComparing(id -> isUnknown(known, id)));
    Optional<Grade> fallbackGrade =
        fallback
            .map(id -> grade(known, id))
            .map(grade -> grade == Grade.ON_TRIAL ? Grade.UNTRIED : grade);
    Map<DeploymentId, List<String>> arguments = new TreeMap<>();
    arguments.put(wanted, arguments(known, wanted));
    fallback.ifPresent(id -> arguments.put(id, arguments(known, id)));
    boolean bootsAsBefore =
        known.menu().filter(it -> it.argumentsOf(wanted).equals(arguments.get(wanted))).isPresent();
    Grade grade =
        grade(known, wanted) == Grade.BLESSED && bootsAsBefore
            ? Grade.BLESSED
            : fallback.isPresent() ? Grade.ON_TRIAL : Grade.UNTRIED;
    return new Menu(wanted, grade, fallback, fallbackGrade, arguments);
  }

  /**
   * What a menu written now tells the kernel; for a deployment that is gone, what it told before.
   */
  private static List<String> arguments(Known known, DeploymentId id) {
    Optional<Deployed> deployed = Optional.ofNullable(known.deployments().get(id));
    return deployed
        .map(it -> arguments(it.etc()))
        .or(() -> known.menu().map(menu -> menu.argumentsOf(id)))
        .orElse(List.of());
  }

  private static List<String> arguments(Map<String, EtcFile> etc) {
    return Stream.concat(othersArguments(etc).stream(), ownArguments(etc).stream()).toList();
  }

  private static List<String> othersArguments(Map<String, EtcFile> etc) {
    return file(etc, KERNEL_ARGUMENTS)
        .map(it -> List.of(it.text().strip().split(" +")))
        .orElse(USUAL_ARGUMENTS);
  }

  private static List<String> ownArguments(Map<String, EtcFile> etc) {
    return file(etc, OWN_ARGUMENTS).stream()
        .flatMap(it -> it.text().lines())
        .filter(line -> !line.startsWith("#") && !line.isBlank())
        .flatMap(line -> Stream.of(line.strip().split(" +")))
        .toList();
  }

  /**
   * An /etc in which {@code kargs} has made one change; nothing if it refuses. It deletes and
   * replaces only what it has added itself, and adds nothing that is there.
   */
  public static Optional<Map<String, EtcFile>> withKernelArgument(
      Map<String, EtcFile> etc, HistoryStep.KernelArguments.Change change, String word) {
    List<String> own = ownArguments(etc);
    Optional<List<String>> words =
        switch (change) {
          case APPEND ->
              Optional.of(word)
                  .filter(it -> !isOfTheMenu(it))
                  .map(it -> arguments(etc).contains(it) ? own : joined(own, it));
          case DELETE -> place(own, othersArguments(etc), word).map(at -> replaced(own, at, ""));
          case REPLACE ->
              Optional.of(word)
                  .filter(it -> !isOfTheMenu(it) && it.contains("="))
                  .flatMap(it -> placeOfKey(own, key(it)))
                  .map(at -> replaced(own, at, word));
        };
    return words.map(it -> it.equals(own) ? etc : withOwnArguments(etc, it));
  }

  /** Where the word is that a person names whole, or else up to its equals sign. */
  private static Optional<Integer> place(List<String> own, List<String> others, String name) {
    if (own.contains(name)) {
      return Optional.of(own.indexOf(name));
    }
    return others.contains(name) ? Optional.empty() : placeOfKey(own, name);
  }

  /** Where the only word with that key is. */
  private static Optional<Integer> placeOfKey(List<String> own, String key) {
    List<String> found = own.stream().filter(it -> key(it).equals(key)).toList();
    return found.size() == 1 ? Optional.of(own.indexOf(found.getFirst())) : Optional.empty();
  }

  private static List<String> joined(List<String> own, String word) {
    return Stream.concat(own.stream(), Stream.of(word)).toList();
  }

  private static List<String> replaced(List<String> own, int at, String word) {
    List<String> words = new ArrayList<>(own);
    words.set(at, word);
    words.remove("");
    return words;
  }

  private static String key(String word) {
    return word.split("=", 2)[0];
  }

  private static boolean isOfTheMenu(String word) {
    boolean isAssigned = word.contains("=");
    return word.equals("ro")
        || word.equals("rw")
        || (isAssigned
            && (ARGUMENTS_OF_THE_MENU.contains(key(word)) || word.startsWith("container-snap.")));
  }

  private static Map<String, EtcFile> withOwnArguments(
      Map<String, EtcFile> etc, List<String> words) {
    Map<String, EtcFile> changed = new TreeMap<>(etc);
    if (words.isEmpty()) {
      changed.remove(OWN_ARGUMENTS);
    } else {
      changed.put(OWN_ARGUMENTS, EtcFile.of(OWN_ARGUMENTS_BEGIN + String.join("\n", words) + "\n"));
    }
    return changed;
  }

  /**
   * The /etc of a reset: the image's, but for what is kept, which is as it is here, also if it is
   * not there any more.
   *
   * @param users whether users and passwords are kept
   * @param kept a file or a directory that is kept too; nothing if it is empty
   */
  public static Map<String, EtcFile> resetEtc(
      Map<String, EtcFile> image, Map<String, EtcFile> here, boolean users, String kept) {
    Map<String, EtcFile> etc = new TreeMap<>();
    for (String path : paths(image, here)) {
      boolean keeps =
          KEPT_BY_A_RESET.contains(path)
              || (users && USERS.contains(path))
              || (!kept.isEmpty() && isAtOrBelow(path, kept));
      file(keeps ? here : image, path).ifPresent(it -> etc.put(path, it));
    }
    return etc;
  }

  /**
   * An /etc with the image's version of a file or directory; nothing if that is refused: what the
   * image does not have, what makes this machine, and, unless {@code removingAdded}, a directory
   * with files that the image does not have.
   */
  public static Optional<Map<String, EtcFile>> restored(
      Map<String, EtcFile> image, Map<String, EtcFile> here, String at, boolean removingAdded) {
    if (image.keySet().stream().noneMatch(path -> isAtOrBelow(path, at))) {
      return Optional.empty();
    }
    List<String> changed =
        paths(image, here).stream()
            .filter(path -> isAtOrBelow(path, at))
            .filter(path -> !file(image, path).equals(file(here, path)))
            .toList();
    if (changed.stream().anyMatch(IDENTITY::contains)
        || (!removingAdded && !image.keySet().containsAll(changed))) {
      return Optional.empty();
    }
    Map<String, EtcFile> etc = new TreeMap<>(here);
    for (String path : changed) {
      file(image, path).ifPresentOrElse(it -> etc.put(path, it), () -> etc.remove(path));
    }
    return Optional.of(etc);
  }

  private static boolean isAtOrBelow(String path, String top) {
    return path.equals(top) || path.startsWith(top + "/");
  }

  /**
   * Whether a deployment that boots next was made for that: it is younger than what runs, and has
   * never come up.
   */
  public static boolean wasMadeForTheNextBoot(Known known, DeploymentId id) {
    return grade(known, id) != Grade.BLESSED
        && known.deployed(id).origin().isPresent()
        && known
            .running()
            .filter(running -> !running.equals(id))
            .filter(
                running -> known.deployed(id).created().isAfter(known.deployed(running).created()))
            .isPresent();
  }

  private static Grade grade(Known known, DeploymentId id) {
    return known.menu().flatMap(menu -> menu.gradeOf(id)).orElse(Grade.UNTRIED);
  }

  /** Of those that nothing is known of, what runs has come up. */
  private static boolean isUnknown(Known known, DeploymentId id) {
    return grade(known, id) == Grade.UNTRIED && known.running().filter(id::equals).isEmpty();
  }

  /**
   * The health checks that fail in what runs: that of its image, and those that a person has put
   * into its /etc, of which the text says how they end.
   */
  public static List<FailedCheck> failedChecks(Known known) {
    List<FailedCheck> failed = new ArrayList<>();
    known
        .running()
        .filter(id -> HistoryImage.of(id.image()).specification().health() == Health.UNHEALTHY)
        .ifPresent(_ -> failed.add(failed("of-the-image", true)));
    Map<String, EtcFile> etc = known.running().map(id -> known.deployed(id).etc()).orElse(Map.of());
    for (String check : HEALTH_CHECKS) {
      file(etc, check)
          .filter(it -> it.text().equals(FAILS))
          .ifPresent(_ -> failed.add(failed(check, check.equals(REQUIRED_CHECK))));
    }
    return failed;
  }

  private static FailedCheck failed(String name, boolean required) {
    return new FailedCheck(name, required, "it ended with exit status 1", List.of("not well"));
  }

  /**
   * Whether what runs is not blessed: a required check fails, and there is something to give way
   * to. What the boot loader fell back to has nothing.
   */
  public static boolean isUnhealthy(Known known, Optional<DeploymentId> insteadOf) {
    return failedChecks(known).stream().anyMatch(FailedCheck::required)
        && !(insteadOf.isPresent() && insteadOf.equals(known.byDefault()));
  }

  /**
   * After a boot that was completed. If it is a healthy one, what runs has proved itself, and its
   * /etc goes its own way from now on.
   */
  public static Known afterBlessing(Known known, Optional<DeploymentId> insteadOf) {
    if (isUnhealthy(known, insteadOf)) {
      return known;
    }
    Menu menu = blessed(known, insteadOf);
    Known blessed = known.with(menu);
    return known.running().filter(menu.byDefault()::equals).isPresent()
        ? blessed.with(menu.byDefault(), known.deployed(menu.byDefault()).from(Optional.empty()))
        : blessed;
  }

  /** The menu after a good boot, given the default that the boot loader gave up on. */
  private static Menu blessed(Known known, Optional<DeploymentId> insteadOf) {
    Menu menu = known.menu().orElseThrow();
    Optional<DeploymentId> running = known.running();
    if (running.filter(menu.byDefault()::equals).isPresent()) {
      return new Menu(
          menu.byDefault(), Grade.BLESSED, menu.fallback(), menu.fallbackGrade(), menu.arguments());
    }
    boolean fellBack =
        running.isPresent()
            && running.equals(menu.fallback())
            && insteadOf.filter(menu.byDefault()::equals).isPresent();
    return fellBack
        ? new Menu(
            running.get(),
            Grade.BLESSED,
            Optional.of(menu.byDefault()),
            Optional.of(Grade.FAILED),
            menu.arguments())
        : menu;
  }

  /** Whether an update to an image is refused since the machine fell back from it. */
  public static boolean hasFailed(Known known, HistoryImage image) {
    return known
        .menu()
        .filter(menu -> menu.fallbackGrade().equals(Optional.of(Grade.FAILED)))
        .flatMap(Menu::fallback)
        .filter(id -> id.image().equals(image.id()))
        .isPresent();
  }

  /** The /etc of a new deployment of {@code image}: a local change wins. */
  public static Map<String, EtcFile> mergedEtc(Known known, HistoryImage image) {
    return known
        .current()
        .map(id -> merged(HistoryImage.of(id.image()).etc(), known.deployed(id).etc(), image.etc()))
        .orElse(image.etc());
  }

  /**
   * An /etc with a machine's own changes made to it once more: text, mode and owner each for
   * itself. What says which machine this is stays, changed or not.
   */
  private static Map<String, EtcFile> merged(
      Map<String, EtcFile> came, Map<String, EtcFile> here, Map<String, EtcFile> offered) {
    Map<String, EtcFile> merged = new TreeMap<>(offered);
    for (String path : paths(came, here)) {
      Optional<EtcFile> was = file(came, path);
      Optional<EtcFile> is = file(here, path);
      if (!was.equals(is) || path.equals("machine-id")) {
        is.map(it -> merged(was, it, file(offered, path)))
            .ifPresentOrElse(it -> merged.put(path, it), () -> merged.remove(path));
      }
    }
    return merged;
  }

  private static EtcFile merged(Optional<EtcFile> came, EtcFile here, Optional<EtcFile> offered) {
    if (came.isEmpty() || offered.isEmpty()) {
      return here;
    }
    EtcFile was = came.get();
    EtcFile comes = offered.get();
    return new EtcFile(
        here.text().equals(was.text()) ? comes.text() : here.text(),
        here.mode() == was.mode() ? comes.mode() : here.mode(),
        here.owner() == was.owner() ? comes.owner() : here.owner());
  }

  private static Set<String> paths(Map<String, EtcFile> one, Map<String, EtcFile> other) {
    Set<String> paths = new TreeSet<>(one.keySet());
    paths.addAll(other.keySet());
    return paths;
  }

  /** The deployments that a finalization looks at, the running one first. */
  public static List<DeploymentId> unfinished(Known known) {
    return Stream.concat(known.running().stream(), known.byDefault().stream())
        .distinct()
        .filter(known.deployments()::containsKey)
        .filter(id -> known.deployed(id).readOnly())
        .filter(
            id ->
                known
                    .deployed(id)
                    .origin()
                    .filter(it -> known.deployments().containsKey(it.source()))
                    .isPresent())
        .toList();
  }

  /** After a finalization: what was changed in an origin since is changed in the same way. */
  public static Known finalized(Known known) {
    return finalized(known, unfinished(known));
  }

  /**
   * After a finalization that ended between its two transactions: the running deployment has what
   * was changed, and the deployment that boots next does not have it yet.
   */
  public static Known halfFinalized(Known known) {
    return finalized(known, unfinished(known).stream().limit(1).toList());
  }

  private static Known finalized(Known known, List<DeploymentId> ids) {
    Known finalized = known;
    for (DeploymentId id : ids) {
      Deployed it = finalized.deployed(id);
      Origin origin = it.origin().orElseThrow();
      Map<String, EtcFile> now = finalized.deployed(origin.source()).etc();
      Map<String, EtcFile> etc = merged(origin.etc(), now, it.etc());
      finalized =
          finalized.with(id, it.withEtc(etc).from(Optional.of(new Origin(origin.source(), now))));
    }
    return finalized;
  }

  /**
   * The origin of what is made from a deployment's /etc now. What runs is changed in its own /etc
   * from its boot on, blessed or not.
   */
  public static Optional<Origin> origin(Known known, DeploymentId source) {
    return known
        .deployed(source)
        .origin()
        .filter(_ -> !known.running().equals(Optional.of(source)))
        .or(() -> Optional.of(new Origin(source, known.deployed(source).etc())));
  }

  /** How many files of /etc were changed here and are changed by the image too. */
  public static long conflicts(Known known, HistoryImage image) {
    Optional<DeploymentId> current = known.current();
    if (current.isEmpty()) {
      return 0;
    }
    Map<String, EtcFile> came = HistoryImage.of(current.get().image()).etc();
    Map<String, EtcFile> here = known.deployed(current.get()).etc();
    Map<String, EtcFile> offered = image.etc();
    return paths(came, here).stream()
        .filter(it -> !file(came, it).equals(file(here, it)))
        .filter(it -> !file(came, it).equals(file(offered, it)))
        .filter(it -> !file(here, it).equals(file(offered, it)))
        .count();
  }

  private static Optional<EtcFile> file(Map<String, EtcFile> files, String path) {
    return Optional.ofNullable(files.get(path));
  }
}
