package io.github.containersnap.gate.terminal;

import io.github.containersnap.command.ExternalCommand;
import io.github.containersnap.vm.machine.VirtualMachine;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** A machine's serial console on this terminal: what it writes is shown, what is typed it reads. */
public final class ConsoleSession {
  /** Ctrl-], as in telnet: everything else, Ctrl-C too, is for the guest. */
  private static final int LEAVE = 0x1d;

  private static final Path TERMINAL = Path.of("/dev/tty");
  private static final long BETWEEN_LOOKS = Duration.ofMillis(20).toNanos();

  private final VirtualMachine machine;
  private final PrintStream out;
  private final SignalHandler interruption;

  /**
   * A session that has not begun.
   *
   * @param interruption ends it too
   */
  public ConsoleSession(VirtualMachine machine, PrintStream out, SignalHandler interruption) {
    this.machine = machine;
    this.out = out;
    this.interruption = interruption;
  }

  /** Returns when the machine has ended or Ctrl-] was typed. */
  public void run(InputStream typed) throws IOException {
    String settings = rawTerminal();
    try (SocketChannel line = SocketChannel.open(StandardProtocolFamily.UNIX);
        FileChannel log = FileChannel.open(machine.console().file())) {
      line.connect(UnixDomainSocketAddress.of(machine.consoleSocket()));
      line.configureBlocking(false);
      boolean running = true;
      while (running) {
        interruption.check();
        running = machine.isRunning() && forward(typed, line);
        show(log);
        // It is shown from the log, which has what came before; what comes here only makes room.
        int _ = line.read(ByteBuffer.allocate(1 << 16));
        LockSupport.parkNanos(BETWEEN_LOOKS);
      }
    } finally {
      restore(settings);
    }
  }

  private void show(FileChannel log) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(1 << 16);
    while (log.read(bytes) > 0) {
      out.write(bytes.array(), 0, bytes.position());
      bytes.clear();
    }
    out.flush();
  }

  /** Whether to go on. */
  private static boolean forward(InputStream typed, SocketChannel line) throws IOException {
    while (typed.available() > 0) {
      int key = typed.read();
      if (key == LEAVE || key < 0) {
        return false;
      }
      int _ = line.write(ByteBuffer.wrap(new byte[] {(byte) key}));
    }
    return true;
  }

  /** No echo, no line, no signals; what the terminal was set to before. */
  private static String rawTerminal() {
    String before = ExternalCommand.of("stty", "-F", TERMINAL, "--save").run().text();
    ExternalCommand.of("stty", "-F", TERMINAL, "raw", "-echo").run();
    return before;
  }

  private static void restore(String settings) {
    ExternalCommand.of("stty", "-F", TERMINAL, settings).runAnyStatus();
  }
}
