package io.github.containersnap.loopback.disk;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * The monitor of a QEMU of ours (QEMU Machine Protocol): commands and their answers. Events, which
 * nobody waits for, are passed over.
 */
public final class QmpClient implements AutoCloseable {
  private final SocketChannel channel;
  private final BufferedReader in;
  private final Writer out;

  private QmpClient(SocketChannel channel) {
    this.channel = channel;
    this.in = new BufferedReader(Channels.newReader(channel, StandardCharsets.UTF_8));
    this.out = Channels.newWriter(channel, StandardCharsets.UTF_8);
  }

  /**
   * Connects and leaves the mode in which only capabilities may be asked for.
   *
   * @throws UncheckedIOException if nobody listens at the socket, yet or any more
   */
  public static QmpClient connect(Path socket) {
    try {
      SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
      QmpClient client = new QmpClient(channel);
      channel.connect(UnixDomainSocketAddress.of(socket));
      client.in.readLine(); // the greeting
      client.execute("qmp_capabilities", "{}");
      return client;
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot reach the monitor " + socket, e);
    }
  }

  /**
   * Executes a command.
   *
   * @param arguments a JSON object
   * @return QEMU's answer, a JSON object with the one member {@code return}
   * @throws IllegalStateException if QEMU refuses; it says why
   * @throws UncheckedIOException if QEMU is gone
   */
  public synchronized String execute(String command, String arguments) {
    String line =
        "{\"execute\": \"%s\", \"arguments\": %s}\n"
            .formatted(command, arguments.replace("\n", ""));
    try {
      out.write(line);
      out.flush();
      String answer = in.readLine();
      while (answer != null && answer.startsWith("{\"timestamp\"")) {
        answer = in.readLine(); // an event: nobody waits for any
      }
      if (answer == null || !answer.startsWith("{\"return\"")) {
        throw new IllegalStateException("QEMU refused %s: %s".formatted(command, answer));
      }
      return answer;
    } catch (IOException e) {
      throw new UncheckedIOException("QEMU did not answer " + command, e);
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot close a monitor", e);
    }
  }
}
