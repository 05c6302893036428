package io.github.containersnap.properties;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A sound machine breaks no property; each planted fault breaks exactly its own. */
class JudgementTest {
  private static final List<Judgement> ALL =
      List.of(new Atomic(), new Durable(), new OneTruth(), new Keeps(), new NoLeaks());
  private static final Expected EXPECTED =
      new Expected(
          Map.of("new", new Expected.Deployment("d/new", new Text("usr"), new Text("etc"), true)),
          Set.of("new"),
          "new",
          Optional.empty(),
          "uuid",
          Set.of("quiet"),
          Set.of("new"),
          Map.of("@var", new Text("var")),
          true);

  /** What is wrong with a machine, and the property that says so. */
  enum Planted {
    ROOT_UUID_WRONG(Property.P10),
    KERNEL_OF_ANOTHER(Property.P1),
    ARGUMENTS_LOST(Property.P10),
    MENU_WAITS_FOR_EVER(Property.P1),
    NOT_SEALED(Property.P1),
    TREE_DAMAGED(Property.P1),
    KERNEL_SEES_ANOTHER_MENU(Property.P3),
    ETC_LOST(Property.P4),
    DATA_LOST(Property.P4),
    PIN_LOST(Property.P4),
    STRAY_LEFT(Property.P6),
    DEPLOYMENT_LEFT(Property.P6);

    private final Property property;

    Planted(Property property) {
      this.property = property;
    }
  }

  @Test
  void a_sound_machine_breaks_nothing() {
    assertTrue(violated(Optional.empty()).isEmpty());
  }

  @ParameterizedTest
  @EnumSource
  void a_planted_fault_breaks_its_property(Planted fault) {
    Set<Property> expected = new TreeSet<>(Set.of(fault.property));
    if (fault == Planted.MENU_WAITS_FOR_EVER) {
      expected.add(Property.P2); // the new system, too, was reported, and does not start
    }
    assertEquals(expected, violated(Optional.of(fault)));
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
  }

  private record Machine(Optional<Planted> fault) implements SystemView {
    private boolean has(Planted other) {
      return fault.filter(other::equals).isPresent();
    }

    private Text text(Planted lost, String sound) {
      return new Text(has(lost) ? "nothing" : sound);
    }

    @Override
    public Optional<String> obstacle() {
      return Optional.empty();
    }

    @Override
    public BootPlan boot(Reader reader) {
      boolean other = reader == Reader.KERNEL && has(Planted.KERNEL_SEES_ANOTHER_MENU);
      if (has(Planted.MENU_WAITS_FOR_EVER)) {
        return new BootPlan(List.of(new BootPlan.Stuck("the menu waits for a person")));
      }
      return new BootPlan(
          List.of(
              new BootPlan.Entry(
                  other ? "another" : "new",
                  has(Planted.ROOT_UUID_WRONG) ? "none" : "uuid",
                  "d/new",
                  has(Planted.KERNEL_OF_ANOTHER) ? "d/old/vmlinuz" : "d/new/vmlinuz",
                  "d/new/initrd",
                  has(Planted.ARGUMENTS_LOST) ? List.of() : List.of("quiet"),
                  1)));
    }

    @Override
    public SortedSet<String> deployments() {
      return new TreeSet<>(has(Planted.DEPLOYMENT_LEFT) ? Set.of("new", "x") : Set.of("new"));
    }

    @Override
    public Optional<Tree> sealed(String id) {
      return Optional.of(text(Planted.TREE_DAMAGED, "usr"));
    }

    @Override
    public Optional<Tree> etc(String id) {
      return Optional.of(text(Planted.ETC_LOST, "etc"));
    }

    @Override
    public boolean isReadOnly(String id) {
      return !has(Planted.NOT_SEALED);
    }

    @Override
    public SortedMap<String, Tree> data() {
      return new TreeMap<>(Map.of("@var", text(Planted.DATA_LOST, "var")));
    }

    @Override
    public SortedSet<String> pins() {
      return new TreeSet<>(has(Planted.PIN_LOST) ? Set.of() : Set.of("new"));
    }

    @Override
    public SortedSet<String> strays() {
      return new TreeSet<>(has(Planted.STRAY_LEFT) ? Set.of("@boot/x") : Set.of());
    }
  }
}
