package io.github.containersnap.vm.machine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A shell in a guest whose image has one on its second serial port, without echo: each command is a
 * line, followed by one that prints a mark and the exit status.
 */
public final class GuestShell implements AutoCloseable {
  private static final long BETWEEN_LOOKS = Duration.ofMillis(20).toNanos();
  private static final long BETWEEN_NUDGES = Duration.ofMillis(200).toNanos();
  private static final int CALLS = 40;
  private static final Duration BETWEEN_CALLS = Duration.ofMillis(500);
  private static final int LARGEST_ANSWER = 1 << 20;

  private final SocketChannel channel;
  private final SerialConsole console;
  private int commands;

  private GuestShell(SocketChannel channel, SerialConsole console) {
    this.channel = channel;
    this.console = console;
  }

  /**
   * The shell behind QEMU's socket.
   *
   * @throws BootFailedException if none answers
   */
  static GuestShell connect(Path socket, SerialConsole console) {
    try {
      SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
      channel.connect(UnixDomainSocketAddress.of(socket));
      channel.configureBlocking(false);
      GuestShell shell = new GuestShell(channel, console);
      shell.awaitReady();
      return shell;
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot reach the guest's second serial port " + socket, e);
    }
  }

  /**
   * What a command did.
   *
   * @param status its exit status
   * @param text what it wrote to standard output and error, without the end of its last line
   */
  public record Answer(int status, String text) {}

  /**
   * Runs a command.
   *
   * @param command one line for the guest's shell
   * @throws BootFailedException if no answer comes in time; with the console's last lines
   */
  public Answer run(String command, Duration atMost) {
    return run(command, atMost, _ -> true).orElseThrow();
  }

  /**
   * Runs a command that is listened to.
   *
   * @param goesOn is given each line as soon as it is whole; false ends the waiting, the command
   *     goes on
   * @return what the command did; empty if it was not waited for
   * @throws BootFailedException if no answer comes in time; with the console's last lines
   */
  public Optional<Answer> run(String command, Duration atMost, Predicate<String> goesOn) {
    commands++;
    String mark = "answer-" + commands + "-ends";
    send("{ " + command + " ; } 2>&1; echo \"" + mark + ":$?\"\n");
    Pattern end = Pattern.compile("(?s)(.*?)\\r?\\n?" + mark + ":(\\d{1,3})\\r?\\n");
    StringBuilder heard = new StringBuilder();
    int told = 0;
    long deadline = System.nanoTime() + atMost.toNanos();
    long nudge = System.nanoTime() + BETWEEN_NUDGES;
    while (System.nanoTime() < deadline) {
      heard.append(receive());
      if (System.nanoTime() > nudge) {
        // The end of a line can lie in the emulated port's queue until more comes behind it.
        send("\n");
        nudge = System.nanoTime() + BETWEEN_NUDGES;
      }
      while (heard.indexOf("\n", told) >= 0) {
        int newLine = heard.indexOf("\n", told);
        String line = heard.substring(told, newLine).replace("\r", "");
        told = newLine + 1;
        if (!line.startsWith(mark) && !goesOn.test(line)) {
          return Optional.empty();
        }
      }
      Matcher matcher = end.matcher(heard);
      if (matcher.lookingAt()) {
        return Optional.of(
            new Answer(Integer.parseInt(matcher.group(2)), matcher.group(1).replace("\r", "")));
      }
      if (heard.length() > LARGEST_ANSWER) {
        throw new BootFailedException(
            "The guest answered '%s' with more than %d characters."
                .formatted(command, LARGEST_ANSWER));
      }
      rest();
    }
    throw new BootFailedException(
        "The guest did not answer '%s' within %d s; it had said: '%s'. Its console showed last:%n%s"
            .formatted(command, atMost.toSeconds(), heard, console.lastLines().indent(2)));
  }

  /**
   * What is sent before the guest has opened its port is lost in part, or comes back as an echo. So
   * the shell is called until it answers, and then asked once more for something it has not said.
   */
  private void awaitReady() {
    for (int calls = 1; calls <= CALLS; calls++) {
      send("\necho ready\n");
      if (hears(Pattern.compile("(?m)^ready\r?$"), BETWEEN_CALLS)) {
        send("echo set''tled\n\n\n");
        if (hears(Pattern.compile("settled\r?\n"), BETWEEN_CALLS.multipliedBy(CALLS))) {
          return;
        }
      }
    }
    throw new BootFailedException(
        "No shell answers on the guest's second serial port. Its console showed last:%n%s"
            .formatted(console.lastLines().indent(2)));
  }

  private boolean hears(Pattern pattern, Duration atMost) {
    StringBuilder heard = new StringBuilder();
    long deadline = System.nanoTime() + atMost.toNanos();
    while (System.nanoTime() < deadline) {
      heard.append(receive());
      if (pattern.matcher(heard).find()) {
        return true;
      }
      rest();
    }
    return false;
  }

  private void send(String line) {
    try {
      ByteBuffer bytes = StandardCharsets.UTF_8.encode(line);
      while (bytes.hasRemaining()) {
        if (channel.write(bytes) == 0) {
          rest();
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("The guest's serial port is gone", e);
    }
  }

  /** Until the next look; whoever is interrupted does not wait any more. */
  private static void rest() {
    LockSupport.parkNanos(BETWEEN_LOOKS);
    if (Thread.currentThread().isInterrupted()) {
      throw new BootFailedException("Interrupted while a guest was asked.");
    }
  }

  private String receive() {
    try {
      ByteBuffer bytes = ByteBuffer.allocate(1 << 16);
      if (channel.read(bytes) < 0) {
        throw new BootFailedException(
            "The machine ended while it was asked. Its console showed last:%n%s"
                .formatted(console.lastLines().indent(2)));
      }
      return StandardCharsets.ISO_8859_1.decode(bytes.flip()).toString();
    } catch (IOException e) {
      throw new UncheckedIOException("The guest's serial port is gone", e);
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot close a guest's serial port", e);
    }
  }
}
