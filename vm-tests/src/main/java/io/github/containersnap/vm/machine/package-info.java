/**
 * Virtual machines that boot a disk, and what is seen of them.
 *
 * <p>A {@link io.github.containersnap.vm.machine.MachinePlan} says what the machine has; {@link
 * io.github.containersnap.vm.machine.VirtualMachine} runs it in a container. Its {@link
 * io.github.containersnap.vm.machine.SerialConsole} is a log that can be searched and waited for;
 * every wait says in its failure what it was for and what the console showed last. Test images have
 * a shell on their second serial port ({@link io.github.containersnap.vm.machine.GuestShell}).
 *
 * <p>Tests, properties and the gate may depend on this package; it knows nothing of updates.
 */
@NullMarked
package io.github.containersnap.vm.machine;

import org.jspecify.annotations.NullMarked;
