package io.github.containersnap.harness.property;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.containersnap.harness.view.Access;
import io.github.containersnap.harness.view.BootFile;
import io.github.containersnap.harness.view.BootPlan;
import io.github.containersnap.harness.view.Origin;
import io.github.containersnap.harness.view.Reader;
import io.github.containersnap.harness.view.Seen;
import io.github.containersnap.harness.view.SystemView;
import io.github.containersnap.harness.view.Tree;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A sound machine breaks no property; each planted fault breaks exactly those that it names. */
class JudgementTest {
  private static final List<Judgement> ALL =
      List.of(
          new Atomic(),
          new Durable(),
          new OneTruth(),
          new Keeps(),
          new NoLeaks(),
          new Reserves(),
          new ComesUp(),
          new FallsBack());

  private static final ExpectedBoot.Told TOLD =
      new ExpectedBoot.Told(Set.of("quiet"), Set.of("/var"));

  /** A new system on trial, the old one behind it. */
  private static final Expected EXPECTED =
      new Expected(
          Map.of("new", deployment("new"), "old", deployment("old")),
          Set.of("new", "old"),
          "new",
          Optional.of("old"),
          new ExpectedBoot(
              "uuid", Map.of("d/new", TOLD, "d/old", TOLD), List.of("d/new", "d/new", "d/old")),
          Optional.of("new on trial"),
          Set.of("old"),
          Map.of("@var", new Text("var")),
          true);

  private static Expected.Deployment deployment(String id) {
    return new Expected.Deployment(
        "the %s system".formatted(id),
        "d/" + id,
        new Text("usr of " + id),
        new Text("etc of " + id),
        Access.READ_ONLY,
        new Origin("image of " + id, Optional.of("oci:" + id)));
  }

  /** What is wrong with a machine, and the property that says so. */
  enum Planted {
    FILESYSTEM_DAMAGED(Property.P1),
    KERNEL_OF_ANOTHER(Property.P1),
    KERNEL_TORN(Property.P1),
    KERNEL_OF_THE_FALLBACK_NOT_READABLE(Property.P1),
    NO_INITRD(Property.P1),
    ROOT_OF_NOBODY(Property.P1, Property.P2, Property.P4),
    MENU_WAITS_FOR_EVER(Property.P1, Property.P2, Property.P4),
    ROOT_MISSING(Property.P1),
    NOT_SEALED(Property.P1),
    ETC_NOT_WRITABLE(Property.P1),
    ETC_NOT_A_SUBVOLUME(Property.P1),
    TREE_DAMAGED(Property.P1),
    RECORD_OF_ANOTHER_IMAGE(Property.P1),
    RECORD_OF_ANOTHER_REFERENCE(Property.P1),
    NO_RECORD(Property.P1),
    ENTRY_OF_ANOTHER_NAME(Property.P1),
    OLD_SYSTEM_BOOTS(Property.P2),
    MENU_SAYS_ANOTHER_STANDING(Property.P2),
    NEW_SYSTEM_BOOTS_ONCE(Property.P2, Property.P3),
    KERNEL_SEES_ANOTHER_MENU(Property.P3),
    ETC_LOST(Property.P4),
    DATA_LOST(Property.P4),
    DATA_REMOVED(Property.P4),
    PIN_LOST(Property.P4),
    NO_FALLBACK(Property.P4),
    FALLBACK_REMOVED(Property.P4),
    FALLBACK_DAMAGED(Property.P4),
    FALLBACK_WRITABLE(Property.P4),
    ETC_OF_THE_FALLBACK_LOST(Property.P4),
    STRAY_LEFT(Property.P6),
    DEPLOYMENT_LEFT(Property.P6),
    MOUNT_LEFT(Property.P6),
    NO_RESERVE(Property.P7),
    ROOT_UUID_WRONG(Property.P10),
    ARGUMENTS_LOST(Property.P10),
    VAR_NOT_MOUNTED(Property.P10),
    DOES_NOT_COME_UP(Property.P10),
    TRIAL_NEVER_ENDS(Property.P11);

    @SuppressWarnings("ImmutableEnumChecker") // never written to
    private final Set<Property> properties;

    Planted(Property... properties) {
      this.properties = Set.of(properties);
    }
  }

  @Test
  void a_sound_machine_breaks_nothing() {
    assertTrue(violated(Optional.empty()).isEmpty());
  }

  @ParameterizedTest
  @EnumSource
  void a_planted_fault_breaks_its_property(Planted fault) {
    assertEquals(new TreeSet<>(fault.properties), violated(Optional.of(fault)));
  }

  /** After the same command again, each fault but a leak is one of convergence. */
  @ParameterizedTest
  @EnumSource
  void a_planted_fault_breaks_convergence(Planted fault) {
    if (fault == Planted.KERNEL_SEES_ANOTHER_MENU || fault == Planted.NO_RESERVE) {
      return; // of no power cut and no full disk the same command says anything
    }
    Set<Property> found = new TreeSet<>();
    new Converges()
        .judge(new Machine(Optional.of(fault)), EXPECTED)
        .forEach(it -> found.add(it.property()));
    Property expected = fault.properties.equals(Set.of(Property.P6)) ? Property.P6 : Property.P5;
    assertEquals(Set.of(expected), found);
  }

  @Test
  void what_a_world_cannot_see_is_no_violation_of_it() {
    SystemView menu = new MenuView(new Machine(Optional.empty()).plan(Reader.BOOT_LOADER));
    ALL.forEach(judgement -> assertEquals(List.of(), judgement.judge(menu, EXPECTED)));
  }

  private static Set<Property> violated(Optional<Planted> fault) {
    SortedSet<Property> properties = new TreeSet<>();
    for (Judgement judgement : ALL) {
      judgement.judge(new Machine(fault), EXPECTED).forEach(it -> properties.add(it.property()));
    }
    return properties;
  }

  private record Text(String text) implements Tree {
    @Override
    public Optional<String> differenceFrom(Tree expected) {
      return equals(expected) ? Optional.empty() : Optional.of("it holds " + text);
    }

    @Override
    public Optional<String> sha256(String path) {
      return Optional.of(path + " in " + text);
    }
  }

  private record Machine(Optional<Planted> fault) implements SystemView {
    private boolean has(Planted other) {
      return fault.filter(other::equals).isPresent();
    }

    private boolean of(String wanted, String id, Planted fault) {
      return wanted.equals(id) && has(fault);
    }

    @Override
    public Optional<String> obstacle() {
      return Optional.empty();
    }

    @Override
    public Seen<Optional<String>> damage() {
      return Seen.of(has(Planted.FILESYSTEM_DAMAGED) ? Optional.of("an error") : Optional.empty());
    }

    @Override
    public Seen<BootPlan> boot(Reader reader) {
      return Seen.of(plan(reader));
    }

    @Override
    public Seen<String> menu() {
      return Seen.of(has(Planted.MENU_SAYS_ANOTHER_STANDING) ? "new, blessed" : "new on trial");
    }

    private BootPlan plan(Reader reader) {
      if (has(Planted.MENU_WAITS_FOR_EVER)) {
        return new BootPlan(List.of(new BootPlan.Stuck("the menu waits for a person")));
      }
      boolean other = reader == Reader.KERNEL && has(Planted.KERNEL_SEES_ANOTHER_MENU);
      boolean once = reader == Reader.KERNEL && has(Planted.NEW_SYSTEM_BOOTS_ONCE);
      String root =
          has(Planted.ROOT_OF_NOBODY)
              ? "d/nobody"
              : once || has(Planted.OLD_SYSTEM_BOOTS) ? "d/old" : "d/new";
      BootPlan.Entry first =
          entry(other || has(Planted.ENTRY_OF_ANOTHER_NAME) ? "x" : root.substring(2), root);
      BootPlan.Entry fallback = entry("old", "d/old");
      return new BootPlan(
          has(Planted.TRIAL_NEVER_ENDS) ? List.of(first) : List.of(first, first, fallback),
          has(Planted.NO_FALLBACK) || has(Planted.ROOT_OF_NOBODY)
              ? Optional.empty()
              : Optional.of(fallback));
    }

    private BootPlan.Entry entry(String id, String root) {
      boolean byDefault = !id.equals("old");
      return new BootPlan.Entry(
          id,
          has(Planted.ROOT_UUID_WRONG) ? "none" : "uuid",
          root,
          (has(Planted.KERNEL_OF_ANOTHER) && byDefault ? "d/old" : root) + "/vmlinuz",
          has(Planted.NO_INITRD) ? "" : root + "/initrd",
          List.of(
              has(Planted.ARGUMENTS_LOST) ? "loud" : "quiet",
              "systemd.mount-extra=UUID=uuid:/var:btrfs:subvol="
                  + (has(Planted.VAR_NOT_MOUNTED) ? "@home" : "@var")),
          1);
    }

    @Override
    public Seen<Optional<String>> startFailure() {
      return Seen.of(
          has(Planted.DOES_NOT_COME_UP) ? Optional.of("the kernel panics") : Optional.empty());
    }

    @Override
    public Seen<BootFile> bootFile(String path) {
      if (path.equals("d/old/vmlinuz") && has(Planted.KERNEL_OF_THE_FALLBACK_NOT_READABLE)) {
        return Seen.of(new BootFile.Unreadable("read"));
      }
      boolean torn = path.equals("d/new/vmlinuz") && has(Planted.KERNEL_TORN);
      String id = path.substring(2, 5);
      return Seen.of(new BootFile.Content(torn ? "torn" : path.substring(6) + " in usr of " + id));
    }

    @Override
    public Seen<SortedSet<String>> deployments() {
      SortedSet<String> ids = new TreeSet<>();
      if (!has(Planted.ROOT_MISSING)) {
        ids.add("new");
      }
      if (!has(Planted.FALLBACK_REMOVED)) {
        ids.add("old");
      }
      if (has(Planted.DEPLOYMENT_LEFT)) {
        ids.add("x");
      }
      return Seen.of(ids);
    }

    @Override
    public Seen<Tree> sealed(String id) {
      boolean damaged =
          of("new", id, Planted.TREE_DAMAGED) || of("old", id, Planted.FALLBACK_DAMAGED);
      return Seen.of(new Text(damaged ? "nothing" : "usr of " + id));
    }

    @Override
    public Seen<Tree> etc(String id) {
      boolean lost =
          of("new", id, Planted.ETC_LOST) || of("old", id, Planted.ETC_OF_THE_FALLBACK_LOST);
      return Seen.of(new Text(lost ? "nothing" : "etc of " + id));
    }

    @Override
    public Seen<Optional<Origin>> origin(String id) {
      if (of("new", id, Planted.NO_RECORD)) {
        return Seen.of(Optional.empty());
      }
      String image = of("new", id, Planted.RECORD_OF_ANOTHER_IMAGE) ? "another" : "image of " + id;
      String reference =
          of("new", id, Planted.RECORD_OF_ANOTHER_REFERENCE) ? "oci:another" : "oci:" + id;
      return Seen.of(Optional.of(new Origin(image, Optional.of(reference))));
    }

    @Override
    public Seen<Access> access(String path) {
      return Seen.of(
          switch (path) {
            case "d/new" -> has(Planted.NOT_SEALED) ? Access.WRITABLE : Access.READ_ONLY;
            case "d/old" -> has(Planted.FALLBACK_WRITABLE) ? Access.WRITABLE : Access.READ_ONLY;
            case "d/new/etc" ->
                has(Planted.ETC_NOT_WRITABLE)
                    ? Access.READ_ONLY
                    : has(Planted.ETC_NOT_A_SUBVOLUME) ? Access.NOT_A_SUBVOLUME : Access.WRITABLE;
            default -> Access.WRITABLE;
          });
    }

    @Override
    public Seen<Optional<Tree>> data(String subvolume) {
      return Seen.of(
          has(Planted.DATA_REMOVED)
              ? Optional.empty()
              : Optional.of(new Text(has(Planted.DATA_LOST) ? "nothing" : "var")));
    }

    @Override
    public Seen<SortedSet<String>> pins() {
      return Seen.of(new TreeSet<>(has(Planted.PIN_LOST) ? Set.of() : Set.of("old")));
    }

    @Override
    public Seen<Boolean> reserve() {
      return Seen.of(!has(Planted.NO_RESERVE));
    }

    @Override
    public Seen<SortedSet<String>> leftOutside() {
      return Seen.of(new TreeSet<>(has(Planted.MOUNT_LEFT) ? Set.of("/mnt/x") : Set.of()));
    }

    @Override
    public Seen<SortedSet<String>> strays() {
      return Seen.of(new TreeSet<>(has(Planted.STRAY_LEFT) ? Set.of("@boot/x") : Set.of()));
    }
  }
}
