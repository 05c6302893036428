/** What every command of the gate needs: where it runs, what it tests, how it ends. */
@NullMarked
package io.github.containersnap.gate.run;

import org.jspecify.annotations.NullMarked;
