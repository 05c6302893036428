package io.github.containersnap.harness.mutant.planted;

import io.github.containersnap.engine.bootable.OwnKernelArguments;
import io.github.containersnap.engine.deployment.Deployments;
import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.engine.port.Ports;
import java.util.List;
import net.bytebuddy.asm.Advice;

/** What is wrong in the commands that change a machine without a new image, and in the blessing. */
@SuppressWarnings("UnusedVariable") // what an advice assigns to its parameter, the method returns
public final class ChangeFaults {
  private ChangeFaults() {}

  static final class KargsInTheFallbackToo {
    @Advice.OnMethodEnter
    static void enter(
        @Advice.Argument(0) DeploymentId base,
        @Advice.Argument(1) OwnKernelArguments wanted,
        @Advice.FieldValue("ports") Ports ports,
        @Advice.FieldValue("deployments") Deployments deployments) {
      if (EngineFault.KARGS_IN_THE_FALLBACK_TOO.isOn()) {
        wanted.writeTo(ports.files(), deployments.root(base));
      }
    }
  }

  static final class KargsNotWritten {
    /** Returns whether the method is skipped. */
    @Advice.OnMethodEnter(skipOn = Advice.OnNonDefaultValue.class)
    static boolean enter() {
      return EngineFault.KARGS_NOT_WRITTEN.isOn();
    }
  }

  static final class BlessedThoughUnhealthy {
    @Advice.OnMethodExit
    static void exit(@Advice.Return(readOnly = false) boolean refused) {
      if (EngineFault.BLESSED_THOUGH_UNHEALTHY.isOn()) {
        refused = false;
      }
    }
  }

  static final class ResetKeepsAll {
    @Advice.OnMethodExit
    static void exit(@Advice.Return(readOnly = false) boolean keeps) {
      if (EngineFault.RESET_KEEPS_ALL.isOn()) {
        keeps = true;
      }
    }
  }

  static final class ResetForgetsPaths {
    @Advice.OnMethodExit
    static void exit(
        @Advice.Argument(0) String path,
        @Advice.FieldValue("paths") List<String> paths,
        @Advice.Return(readOnly = false) boolean keeps) {
      if (EngineFault.RESET_FORGETS_PATHS.isOn() && paths.stream().anyMatch(path::startsWith)) {
        keeps = false;
      }
    }
  }

  static final class RestoresIdentity {
    /** Returns whether the method is skipped. */
    @Advice.OnMethodEnter(skipOn = Advice.OnNonDefaultValue.class)
    static boolean enter() {
      return EngineFault.RESTORES_IDENTITY.isOn();
    }
  }

  static final class DiscardsWhatCameUp {
    @Advice.OnMethodExit
    static void exit(@Advice.Return(readOnly = false) boolean wasMade) {
      if (EngineFault.DISCARDS_WHAT_CAME_UP.isOn()) {
        wasMade = true;
      }
    }
  }
}
