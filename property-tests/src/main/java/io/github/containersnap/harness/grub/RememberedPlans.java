package io.github.containersnap.harness.grub;

import io.github.containersnap.harness.grub.GrubMachine.SystemFilesystem;
import io.github.containersnap.harness.view.BootPlan;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What machines start, remembered, because many looks at a machine find the same menu. A plan
 * follows from the menu, the environment block and what the filesystem answers to GRUB; so it holds
 * again when the filesystem answers each question as it did.
 */
public final class RememberedPlans {
  private static final int MOST_MENUS = 256;
  private static final int MOST_PLANS_OF_A_MENU = 16;

  private record Machine(String uuid, Optional<ByteBuffer> environment, Optional<ByteBuffer> menu) {
    static Machine of(SystemFilesystem system, Optional<byte[]> environment) {
      return new Machine(
          system.uuid(),
          environment.map(ByteBuffer::wrap),
          system.read(GrubMachine.MENU).map(ByteBuffer::wrap));
    }
  }

  private enum Question {
    CONTENT {
      @Override
      Object ask(SystemFilesystem system, String path) {
        return system.read(path).map(ByteBuffer::wrap);
      }
    },
    KERNEL {
      @Override
      Object ask(SystemFilesystem system, String path) {
        return system.isKernel(path);
      }
    },
    EXISTENCE {
      @Override
      Object ask(SystemFilesystem system, String path) {
        return system.exists(path);
      }
    };

    abstract Object ask(SystemFilesystem system, String path);
  }

  private record Answer(Question question, String path, Object content) {
    boolean isGivenBy(SystemFilesystem system) {
      return content.equals(question.ask(system, path));
    }
  }

  private record Remembered(List<Answer> answers, BootPlan plan) {
    boolean holdsFor(SystemFilesystem system) {
      return answers.stream().allMatch(answer -> answer.isGivenBy(system));
    }
  }

  private final Map<Machine, List<Remembered>> menus =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Machine, List<Remembered>> eldest) {
          return size() > MOST_MENUS;
        }
      };

  /**
   * {@link GrubMachine#plan()} of a machine.
   *
   * @param system its btrfs; it must not change meanwhile
   * @param environment the content of {@code grubenv}; empty if the file is missing
   */
  public BootPlan plan(SystemFilesystem system, Optional<byte[]> environment) {
    Machine machine = Machine.of(system, environment);
    return remembered(machine, system)
        .orElseGet(
            () -> {
              Recording recording = new Recording(system);
              BootPlan plan = new GrubMachine(recording, environment).plan();
              remember(machine, new Remembered(List.copyOf(recording.answers), plan));
              return plan;
            });
  }

  private synchronized Optional<BootPlan> remembered(Machine machine, SystemFilesystem system) {
    return menus.getOrDefault(machine, List.of()).stream()
        .filter(it -> it.holdsFor(system))
        .map(Remembered::plan)
        .findFirst();
  }

  private synchronized void remember(Machine machine, Remembered plan) {
    List<Remembered> plans = menus.computeIfAbsent(machine, _ -> new ArrayList<>());
    if (plans.size() < MOST_PLANS_OF_A_MENU) {
      plans.add(plan);
    }
  }

  /** A btrfs that notes what GRUB asked it, and what it answered. */
  private static final class Recording implements SystemFilesystem {
    private final SystemFilesystem system;
    private final List<Answer> answers = new ArrayList<>();

    Recording(SystemFilesystem system) {
      this.system = system;
    }

    @Override
    public String uuid() {
      return system.uuid();
    }

    @Override
    public Optional<byte[]> read(String path) {
      Optional<byte[]> content = system.read(path);
      note(Question.CONTENT, path, content.map(ByteBuffer::wrap));
      return content;
    }

    @Override
    public boolean isKernel(String path) {
      return note(Question.KERNEL, path, system.isKernel(path));
    }

    @Override
    public boolean exists(String path) {
      return note(Question.EXISTENCE, path, system.exists(path));
    }

    private <T> T note(Question question, String path, T answer) {
      Answer noted = new Answer(question, path, Objects.requireNonNull(answer));
      if (!answers.contains(noted)) {
        answers.add(noted);
      }
      return answer;
    }
  }
}
