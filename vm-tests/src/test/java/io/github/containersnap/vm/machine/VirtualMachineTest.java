package io.github.containersnap.vm.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.containersnap.loopback.disk.Workspace;
import io.github.containersnap.vm.container.ContainerEngine;
import io.github.containersnap.vm.images.QemuImage;
import io.github.containersnap.vm.images.cache.ImageCache;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** With a guest of some bytes that a PC BIOS starts. */
class VirtualMachineTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @SuppressWarnings("NullAway.Init")
  private static Workspace workspace;

  @SuppressWarnings("NullAway.Init")
  private static ContainerEngine engine;

  @BeforeAll
  static void open() throws IOException {
    ImageCache cache = ImageCache.ofThisUser();
    workspace = Workspace.open(Files.createDirectories(cache.root().resolve("runs")));
    engine = ContainerEngine.open(workspace, new QemuImage(cache, _ -> {}).store());
  }

  @AfterAll
  static void close() {
    engine.close();
    workspace.close();
  }

  private static VirtualMachine start(String disk) {
    return VirtualMachine.start(engine, GuestOfSomeBytes.on(workspace.file(disk)).limitedTo(LIMIT));
  }

  @Test
  void what_the_guest_writes_is_on_the_console() {
    try (VirtualMachine machine = start("console")) {
      machine.console().await(GuestOfSomeBytes.SAYS, PATIENCE, "the guest starts");

      machine.reset();
      machine
          .console()
          .awaitAfter(machine.console().end(), GuestOfSomeBytes.SAYS, PATIENCE, "it starts again");
      assertThat(machine.console().count(Pattern.compile("HI"))).isEqualTo(2);
      assertThat(machine.screendump()).isNotEmptyFile();
      machine.pause();
      machine.resume();
      assertThat(machine.isRunning()).isTrue();
    }
  }

  @Test
  void a_wait_in_vain_says_what_for_and_what_was_seen_last() {
    try (VirtualMachine machine = start("in-vain")) {
      machine.console().await(GuestOfSomeBytes.SAYS, PATIENCE, "the guest starts");

      assertThatThrownBy(
              () ->
                  machine
                      .console()
                      .await(Pattern.compile("login:"), Duration.ofSeconds(1), "a login prompt"))
          .isInstanceOf(BootFailedException.class)
          .hasMessageContainingAll("a login prompt", "/login:/", "within 1 s", "  HI");
    }
  }

  @Test
  void a_suspended_machine_goes_on_as_often_as_one_likes_and_does_not_start_again() {
    MachinePlan plan = GuestOfSomeBytes.on(workspace.file("suspended")).limitedTo(LIMIT);
    Path state = workspace.file("suspended.state");
    try (VirtualMachine machine = VirtualMachine.start(engine, plan)) {
      machine.console().await(GuestOfSomeBytes.SAYS, PATIENCE, "the guest starts");
      machine.suspendTo(state);
    }
    for (int times = 0; times < 2; times++) {
      try (VirtualMachine machine = VirtualMachine.start(engine, plan.resuming(state))) {
        assertThatThrownBy(
                () ->
                    machine
                        .console()
                        .await(GuestOfSomeBytes.SAYS, Duration.ofSeconds(2), "a start"))
            .isInstanceOf(BootFailedException.class);
        machine.reset();
        machine.console().await(GuestOfSomeBytes.SAYS, PATIENCE, "the guest starts once more");
      }
    }
  }

  @Test
  void a_power_cut_ends_the_machine_and_whoever_waits_for_it() {
    try (VirtualMachine machine = start("cut")) {
      machine.console().await(GuestOfSomeBytes.SAYS, PATIENCE, "the guest starts");

      machine.cutPower();

      assertThat(machine.isRunning()).isFalse();
      assertThatThrownBy(
              () -> machine.console().await(Pattern.compile("login:"), PATIENCE, "a login prompt"))
          .hasMessageContaining("before the machine ended");
    }
  }
}
