package io.github.containersnap.harness.boots;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.engine.model.TrialState;
import io.github.containersnap.harness.grub.EngineMenus;
import io.github.containersnap.harness.grub.EngineMenus.Menu;
import io.github.containersnap.harness.grub.EngineMenus.Mounts;
import io.github.containersnap.harness.testkit.SharedParameter;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The interpreter of GRUB's script language says what GRUB does: both are given the same disk, and
 * must start the same kernels with the same arguments, and leave the same environment block.
 */
@ExtendWith(RealGrubTest.Shared.class)
class RealGrubTest {
  /** The kernel must be heard, and must not wait once it has found no root. */
  private static final List<String> ARGUMENTS = List.of("console=ttyS0", "panic=1");

  private static final Menu ON_TRIAL =
      new Menu(
          new TrialState.OnTrial(Instant.ofEpochSecond(EngineMenus.ARMED)),
          true,
          ARGUMENTS,
          Mounts.VAR);

  private final GrubBench bench;

  RealGrubTest(GrubBench bench) {
    this.bench = bench;
  }

  /** One machine for all menus. */
  static final class Shared extends SharedParameter<GrubBench> {
    Shared() {
      super(GrubBench.class, context -> new GrubBench(MachineRoom.of(context)));
    }
  }

  @Test
  void a_trial_is_counted_and_given_up() {
    bench.use(ON_TRIAL, _ -> {});
    bench.saved(ON_TRIAL, TrialState.BOOTS_OF_A_TRIAL - 1);

    assertAlike(2);
  }

  static Stream<Menu> menus() {
    return EngineMenus.all().stream()
        .filter(menu -> menu.arguments().isEmpty())
        .map(menu -> new Menu(menu.standing(), menu.fallback(), ARGUMENTS, menu.mounts()));
  }

  @ParameterizedTest
  @Tag("exhaustive")
  @MethodSource("menus")
  void every_menu_starts_what_the_interpreter_says(Menu menu) {
    bench.use(menu, _ -> {});

    assertAlike(menu.onTrial() ? TrialState.BOOTS_OF_A_TRIAL + 2 : 1);
  }

  /** What may be wrong on a disk on which a trial has been armed. */
  enum Damage {
    NO_KERNEL {
      @Override
      void to(GrubBench bench) {
        bench.use(ON_TRIAL, layout -> GrubBench.delete(layout, EngineMenus.NEW, "vmlinuz"));
      }
    },
    EMPTY_KERNEL {
      @Override
      void to(GrubBench bench) {
        bench.use(ON_TRIAL, layout -> GrubBench.empty(layout, EngineMenus.NEW, "vmlinuz"));
      }
    },
    NO_INITRD {
      @Override
      void to(GrubBench bench) {
        bench.use(ON_TRIAL, layout -> GrubBench.delete(layout, EngineMenus.NEW, "initramfs.img"));
      }
    },
    NO_ENVIRONMENT {
      @Override
      void to(GrubBench bench) {
        bench.use(ON_TRIAL, _ -> {});
        bench.withoutEnvironment();
      }
    },
    BLANK_ENVIRONMENT {
      @Override
      void to(GrubBench bench) {
        bench.use(ON_TRIAL, _ -> {});
        bench.environment(new byte[1024]);
      }
    },
    COUNT_OF_ANOTHER_TRIAL {
      @Override
      void to(GrubBench bench) {
        Menu other =
            new Menu(
                new TrialState.OnTrial(Instant.ofEpochSecond(EngineMenus.ARMED + 1)),
                true,
                ARGUMENTS,
                Mounts.VAR);
        bench.use(ON_TRIAL, _ -> {});
        bench.saved(other, TrialState.BOOTS_OF_A_TRIAL);
      }
    },
    TORN_IN_THE_FALLBACK {
      @Override
      void to(GrubBench bench) {
        bench.use(ON_TRIAL, layout -> GrubBench.cut(layout, text -> text.indexOf("Old") + 200));
      }
    },
    TORN_BEFORE_THE_FALLBACK {
      @Override
      void to(GrubBench bench) {
        bench.use(ON_TRIAL, layout -> GrubBench.cut(layout, text -> text.indexOf("'Old'") - 4));
      }
    };

    abstract void to(GrubBench bench);
  }

  @ParameterizedTest
  @Tag("exhaustive")
  @EnumSource
  void damage_does_what_the_interpreter_says(Damage damage) {
    damage.to(bench);

    assertAlike(2);
  }

  private void assertAlike(int boots) {
    GrubBench.Seen interpreted = bench.interpreted(boots);
    GrubBench.Seen real = bench.real(boots);
    assertThat(real.starts()).isEqualTo(interpreted.starts());
    assertThat(real.environment()).isEqualTo(interpreted.environment());
  }

  /** A menu torn in its first entry starts nothing: real GRUB then stays at its prompt. */
  @Test
  @Tag("exhaustive")
  void a_menu_torn_in_its_first_entry_starts_nothing() {
    bench.use(ON_TRIAL, layout -> GrubBench.cut(layout, text -> text.indexOf("'Old'") - 40));

    assertThat(bench.interpretedStart()).contains("the menu has no entry");
    bench.assertStaysAtItsPrompt();
  }
}
