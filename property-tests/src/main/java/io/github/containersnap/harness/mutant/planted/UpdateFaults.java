package io.github.containersnap.harness.mutant.planted;

import io.github.containersnap.engine.deployment.DeploymentRecord;
import io.github.containersnap.engine.deployment.Machine;
import io.github.containersnap.engine.model.DeploymentLayout;
import io.github.containersnap.engine.model.UpdateStep;
import io.github.containersnap.engine.port.ImageStore;
import io.github.containersnap.engine.port.Ports;
import io.github.containersnap.tree.FileKind;
import java.nio.file.Path;
import net.bytebuddy.asm.Advice;

/** What is wrong in the transactions. */
@SuppressWarnings("UnusedVariable") // what an advice assigns to its parameter, the method uses
public final class UpdateFaults {
  private static final String HOME = "home";

  private UpdateFaults() {}

  /** A record that says another reference. */
  public static DeploymentRecord fromElsewhere(DeploymentRecord record) {
    return new DeploymentRecord(
        record.schema(),
        record.imageId(),
        "docker://registry.invalid/elsewhere:1",
        record.bootFiles(),
        record.osName());
  }

  /** Takes /home away if the image has one, so that the engine begins it with the image's. */
  public static void forgetHome(ImageStore.Proven image, Ports ports, DeploymentLayout layout) {
    Path home = layout.shared(HOME);
    boolean offered =
        image.tree().get(HOME).filter(it -> it.kind() == FileKind.DIRECTORY).isPresent();
    if (offered && ports.files().exists(home)) {
      ports.btrfs().deleteSubvolume(home);
    }
  }

  /** The machine with a lock that everybody gets. */
  public static Machine unlocked(Machine machine) {
    return new Machine(
        machine.ports().with(() -> () -> {}), machine.layout(), machine.boot(), machine.progress());
  }

  static final class RecordWrongReference {
    @Advice.OnMethodExit
    static void exit(@Advice.Return(readOnly = false) DeploymentRecord record) {
      if (EngineFault.RECORD_WRONG_REFERENCE.isOn()) {
        record = fromElsewhere(record);
      }
    }
  }

  static final class HomeRefreshed {
    @Advice.OnMethodEnter
    static void enter(
        @Advice.Argument(0) ImageStore.Proven image,
        @Advice.FieldValue("ports") Ports ports,
        @Advice.FieldValue("layout") DeploymentLayout layout) {
      if (EngineFault.HOME_REFRESHED.isOn()) {
        forgetHome(image, ports, layout);
      }
    }
  }

  static final class UpdateSkipsRecovery {
    /** Returns whether the method is skipped. The step is entered all the same. */
    @Advice.OnMethodEnter(skipOn = Advice.OnNonDefaultValue.class)
    static boolean enter(@Advice.FieldValue("machine") Machine machine) {
      if (EngineFault.UPDATE_SKIPS_RECOVERY.isOn()) {
        machine.progress().enters(UpdateStep.RECOVER);
        return true;
      }
      return false;
    }
  }

  static final class BlessWithoutLock {
    @Advice.OnMethodEnter
    static void enter(@Advice.Argument(value = 0, readOnly = false) Machine machine) {
      if (EngineFault.BLESS_WITHOUT_LOCK.isOn()) {
        machine = unlocked(machine);
      }
    }
  }
}
